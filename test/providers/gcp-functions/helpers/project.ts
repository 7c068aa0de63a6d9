import type { ExecutionContext } from 'ava'
import type { Deployed, DeployOptions, DeployStep } from '../../../../src/providers/function/index.ts'
import { gcpFunctions } from '../../../../src/providers/gcp-functions/index.ts'
import type { Recorded } from '../../../helpers/emulators/cloud-run/administration.ts'
import { type CloudRunEmulator, startCloudRunEmulator } from '../../../helpers/emulators/cloud-run/emulator.ts'
import { PROJECT, REGION } from '../../../helpers/emulators/cloud-run/metadata.ts'
import type { CloudRunEmulatorOptions } from '../../../helpers/emulators/cloud-run/options.ts'

export const NAME = 'numpywren-worker'
export const PARENT: string = `projects/${PROJECT.id}/locations/${REGION}`
export const SERVICE: string = `${PARENT}/services/${NAME}`
/** Of another registry: taken as it is named. */
export const IMAGE = 'docker.io/library/worker:1'

export interface TestProject {
  readonly emulator: CloudRunEmulator
  /** With defaults that work. */
  deploy(options?: Partial<DeployOptions>): Promise<Deployed>
  /** @returns what was asked of the administration since the last call */
  asked(): readonly Recorded[]
  /** Of these the ones that change something. */
  changes(): readonly string[]
  /** E-mail of the account that was made. */
  account(): string
}

/** A project of Google with a bucket and a secret. What this process needs in its environment is set there: tests of one file run one after the other. */
export async function startProject(
  t: ExecutionContext<unknown>,
  options: CloudRunEmulatorOptions = {},
): Promise<TestProject> {
  const emulator = await startCloudRunEmulator(t, {
    buckets: ['data'],
    secrets: { redis: 'redis://:hush@10.0.0.3' },
    ...options,
  })
  Object.assign(process.env, emulator.env)
  let read = 0
  const asked = (): readonly Recorded[] => {
    const { recorded } = emulator
    const news = recorded.slice(read)
    read = recorded.length
    return news
  }
  return {
    emulator,
    deploy: (more) =>
      gcpFunctions().deploy({ name: NAME, image: IMAGE, createRole: true, store: 'gs://data/work', ...more }),
    asked,
    changes: () =>
      asked()
        .filter(({ method, query }) => method !== 'GET' && query.validateOnly !== 'true')
        .map(({ method, path }) => `${method} ${path}`),
    account: () => {
      const made = emulator.recorded.find(({ method, path }) => method === 'POST' && path.endsWith('/serviceAccounts'))
      const { accountId } = (made?.body ?? {}) as { readonly accountId?: string }
      return `${accountId}@${PROJECT.id}.iam.gserviceaccount.com`
    },
  }
}

export const kinds = (steps: readonly DeployStep[]): readonly string[] => steps.map(({ what }) => what)
