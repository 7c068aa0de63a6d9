import type { Provider } from '../provider.ts'
import { checkLocalOptions } from './options.ts'
import { LocalProcesses } from './processes.ts'

/** Workers on this machine, which cost nothing but its time: in this process they share its memory and its thread pool. */
export function localProvider(): Provider {
  return {
    name: 'here',
    isRemote: false,
    expectReach: () => undefined,
    async start(run, options) {
      checkLocalOptions(options)
      const { startLocalWorkers } = await import('./entry.ts')
      return startLocalWorkers(run, options)
    },
    startProcesses(run, options) {
      checkLocalOptions(options)
      return new LocalProcesses(run, options)
    },
    costsOf: () => [],
  }
}
