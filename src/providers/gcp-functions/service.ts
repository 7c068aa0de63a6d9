import pRetry from 'p-retry'
import { InputError } from '../../errors.ts'
import type { Steps } from '../deployment/index.ts'
import { type Asking, asking } from './asking.ts'
import { isUnknownAccount, NEW_ACCOUNT } from './new-account.ts'
import { isReady, type Service, type Services } from './services.ts'
import { LABEL } from './settings.ts'
import { changesOf, type Spec, serviceOf } from './spec.ts'

/** The service, if it is there. @throws InputError when somebody else has made it */
export async function findOwn(services: Services, name: string, signal?: AbortSignal): Promise<Service | undefined> {
  const found = await asking({ ...about('look at', name, signal), role: 'roles/run.viewer' }, () => services.get(name))
  if (found === undefined || isOurs(found, name)) return found
  throw new InputError(
    `there is a service ${name} that deploy did not make (it has no label ${LABEL}=${name}); choose another --function`,
  )
}

export function isOurs({ labels }: Service, name: string): boolean {
  return labels?.[LABEL] === name
}

export interface WantedService {
  readonly spec: Spec
  readonly found: Service | undefined
  /** Whether a dry run may have the platform look at the request: not when it names an account that is not made yet. */
  readonly canCheck: boolean
  readonly signal: AbortSignal | undefined
}

/** Creates the service, or brings it up to date, and waits until it takes requests. @returns it, or in a dry run what it would be */
export async function ensureService(
  services: Services,
  { spec, found, canCheck, signal }: WantedService,
  steps: Steps,
): Promise<Service> {
  const { name } = spec
  const wanted = serviceOf(spec, found)
  const send = (validateOnly: boolean): Promise<void> =>
    asking(about(found ? 'update' : 'create', name, signal), () =>
      pRetry(() => (found ? services.update(wanted, validateOnly) : services.create(name, wanted, validateOnly)), {
        ...NEW_ACCOUNT,
        ...(signal && { signal }),
        shouldRetry: ({ error }) => isUnknownAccount(error),
      }),
    )
  const changes = found ? changesOf(found, wanted) : []
  if (found && changes.length === 0 && isReady(found)) {
    steps.keep(`the service ${name}`)
    return found
  }
  if (steps.dryRun && canCheck) await send(true)
  if (found) {
    const text = changes.length > 0 ? changes.join('; ') : 'again, as it was not ready'
    await steps.change('update', `the service ${name}: ${text}`, () => send(false))
  } else {
    const size = `${spec.memoryBytes / 2 ** 20} MiB, ${spec.vcpus} ${spec.vcpus === 1 ? 'vCPU' : 'vCPUs'}, ${spec.timeoutMs / 1000} s and ${spec.maxInstances} instances at most`
    await steps.change('create', `the service ${name} with ${size}, image ${spec.image}`, () => send(false))
  }
  let ready = wanted
  await steps.wait(`the service ${name} to take requests`, async () => {
    ready = await asking(about('look at', name, signal), () => services.untilReady(name, signal))
  })
  return ready
}

function about(doing: string, name: string, signal: AbortSignal | undefined): Asking {
  return { doing: `${doing} the service ${name}`, role: 'roles/run.admin and roles/iam.serviceAccountUser', signal }
}
