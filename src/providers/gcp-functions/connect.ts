import {
  type CloudPlace,
  type DeployedFunction,
  FunctionNotFoundError,
  type FunctionPlace,
  type WorkerShape,
} from '../function/index.ts'
import { administrationError } from './errors.ts'
import { gcpFacts } from './facts.ts'
import { idTokensFor } from './id-token.ts'
import { Caller } from './invoke.ts'
import { ownService } from './own-service.ts'
import { isReady, reasonOf, type Service, Services } from './services.ts'
import { openSession, type Session } from './session.ts'
import { shapeOf } from './shape.ts'

/** A service and how to call it. */
export interface Found {
  readonly url: string
  readonly shape: WorkerShape
}

/** As {@link FunctionProvider.connect}. */
export async function connect(
  place: FunctionPlace & { readonly signal?: AbortSignal | undefined },
): Promise<DeployedFunction> {
  const own = await ownService(place.name)
  const session = await openSession(own ? { ...place, ...own.place } : place)
  place.signal?.throwIfAborted()
  return open(session, place.name, own?.found ?? (await find(session, place.name)))
}

/** The function that a service is. */
export async function open(session: Session, name: string, { url, shape }: Found): Promise<DeployedFunction> {
  const tokens = await idTokensFor(session, url)
  const caller = new Caller({ name, url, timeoutMs: shape.timeoutMs, memoryBytes: shape.memoryBytes, tokens })
  return {
    provider: 'gcp-functions',
    name,
    place: placeOf(session),
    shape,
    emulatedBy: session.standIn?.host,
    facts: gcpFacts,
    invoke: (body, { signal }) => caller.call(body, signal),
    close: async () => caller.close(),
  }
}

export function placeOf({ region }: Session): CloudPlace {
  return { cloud: 'gcp', region }
}

async function find(session: Session, name: string): Promise<Found> {
  const services = await Services.open(session)
  try {
    return foundOf(name, session, await services.get(name))
  } catch (error) {
    throw error instanceof FunctionNotFoundError
      ? error
      : administrationError(error, `look at the service ${name}`, 'roles/run.viewer')
  } finally {
    await services.close()
  }
}

function foundOf(name: string, { project, region }: Session, service: Service | undefined): Found {
  if (!service)
    throw new FunctionNotFoundError(
      `no function ${name} is deployed in ${region} of project ${project}: numpywren deploy gcp-functions --function ${name} --region ${region} --image IMAGE`,
    )
  if (!service.uri)
    throw new FunctionNotFoundError(
      `the function ${name} takes no calls: ${isReady(service) ? 'it has no address' : reasonOf(service)}`,
    )
  return { url: service.uri, shape: shapeOf(service) }
}
