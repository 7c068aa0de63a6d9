/** Commands that are given while a run goes on. */

import type { Fault } from './fault.ts'

const beside = (kind: string, argsOf: (runId: string) => readonly string[]): Fault => ({
  kind,
  group: 'command',
  fits: () => true,
  async cause(run, random) {
    const args = argsOf(random.pick(run.runIds))
    run.beside(args)
    return await Promise.resolve(1)
  },
})

export const commandFaults: readonly Fault[] = [
  beside('resume beside a living driver', (runId) => ['resume', runId]),
  beside('run cancelled', (runId) => ['cancel', runId]),
  beside('gc while it runs', () => ['gc', '--older-than', '2s']),
]
