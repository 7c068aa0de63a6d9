import type { Provider } from '../provider.ts'
import { checkLocalOptions } from './options.ts'

/** Workers in this process: they share its memory and its thread pool, and cost nothing but its time. */
export function localProvider(): Provider {
  return {
    name: 'local',
    async start(run, options) {
      checkLocalOptions(options)
      const { startLocalWorkers } = await import('./entry.ts')
      return startLocalWorkers(run, options)
    },
    price: () => 0,
  }
}
