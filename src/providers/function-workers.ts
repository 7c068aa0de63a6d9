import { InputError } from '../errors.ts'
import type { DeployedFunction, FunctionProviderName } from './function/index.ts'
import type { Provider, WorkerGroupOptions } from './provider.ts'
import { PullWorkers } from './pull/index.ts'
import { PushGroup } from './push/index.ts'

/** Callers of one driver. */
export const MOST_CALLERS = 10_000

/** A deployed function as whoever does the work of a run: pushed to from a coordinator in this process, pulling from one that it reaches. */
export function functionWorkers(deployed: DeployedFunction): Provider {
  const { provider: name, emulatedBy, facts, shape } = deployed
  return {
    name,
    isRemote: true,
    emulatedBy,
    expectReach(storeUrls) {
      for (const url of storeUrls) expectReach(name, url)
    },
    async start(run, options) {
      expectCallers(options)
      return new PushGroup(deployed, run, options)
    },
    startProcesses(run, options) {
      expectCallers(options)
      return new PullWorkers(deployed, run, options)
    },
    costsOf: (usage) => facts.costOf(usage, shape.architecture),
  }
}

function expectCallers({ workers }: Pick<WorkerGroupOptions, 'workers'>): void {
  if (Number.isInteger(workers) && workers >= 1 && workers <= MOST_CALLERS) return
  throw new InputError(`workers must be a whole number from 1 to ${MOST_CALLERS}, not ${workers}`)
}

/** @throws InputError for a store that functions of this platform cannot reach */
export function expectReach(platform: FunctionProviderName, storeUrl: string): void {
  const [scheme = ''] = storeUrl.split('://')
  if (scheme === 'memory')
    throw new InputError(
      `functions of ${platform} cannot reach ${storeUrl}, which is in the memory of this process only`,
    )
  if (scheme === 'file' && platform !== 'local') {
    throw new InputError(
      `functions of ${platform} cannot reach ${storeUrl}, which is on this machine only: use a store that both reach, s3://bucket/prefix or gs://bucket/prefix (--store)`,
    )
  }
}
