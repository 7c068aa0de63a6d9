import type { Command } from 'commander'
import { addCommand } from '../command.ts'
import { type GlobalOptions, printResult, say } from '../context.ts'
import { parseMemory, parseMoment, parseSeconds, wholeNumber } from '../options.ts'
import { connectFor } from '../run-options.ts'

interface WorkerCommandOptions extends GlobalOptions {
  readonly coordinator?: string
  readonly store?: string
  readonly run?: string
  readonly slots?: number
  readonly memory?: number
  readonly idleTimeout?: number
  readonly deadline?: number
}

/** `worker`: one worker among many, anywhere. */
export function addWorker(program: Command): void {
  addCommand<WorkerCommandOptions>(program, {
    usage: 'worker',
    summary: 'work on the open runs of a store, beside other workers anywhere, until nothing is left to do',
    examples: [
      'numpywren worker --coordinator redis://host --store s3://bucket/work',
      'numpywren worker --coordinator redis://host --store work --run 20261123-101500-cholesky-x7f3 --deadline 840',
    ],
    options(command) {
      command
        .option('--coordinator <url>', 'who hands out tasks, such as redis://host (NUMPYWREN_COORDINATOR)')
        .option(
          '--store <url>',
          'where the runs are kept, named as they name it (NUMPYWREN_STORE, or the current folder)',
        )
        .option('--run <id>', 'serve this run alone and end with it (every open run of the store, one after the other)')
        .option('--slots <n>', 'tasks computed at the same time (the cores of this machine)', wholeNumber(1))
        .option('--memory <size>', 'memory for tiles, such as 4GiB (half of the machine, at most 8GiB)', parseMemory)
        .option('--idle-timeout <time>', 'leave after so long without work, or never (60s)', parseIdleTimeout)
        .option(
          '--deadline <time>',
          'be gone by then, taking no task that would not end before: seconds from now, or a time such as 2026-11-23T18:00:00Z',
          parseMoment,
        )
    },
    async run(_args, options) {
      await using npw = await connectFor({ ...options, provider: 'here' })
      const { run: runId, slots, memory: memoryBytes, idleTimeout: idleMs, deadline: deadlineMs } = options
      const served = await npw.work({
        runId,
        slots,
        memoryBytes,
        idleMs,
        deadlineMs,
        onJoined: (id) => say(`joined run ${id}`),
        onLeft: (id, { why, tasks }) => say(`left run ${id}: ${reasons[why]}; ${tasks} tasks`),
        onRefused: (id, { message }) => say(`cannot serve run ${id}: ${message}`),
      })
      const { why, runs, tasks } = served
      const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`
      const text = `${count(tasks, 'task')} of ${count(runs, 'run')}; ended because ${reasons[why]}`
      printResult(options, { store: npw.storeUrl, ...served }, text)
    },
  })
}

const reasons = {
  'run-over': 'the run is over',
  drained: 'it was told to',
  deadline: 'its time is up',
  idle: 'there was nothing to do',
} as const

function parseIdleTimeout(text: string): number {
  return text === 'never' ? Number.POSITIVE_INFINITY : parseSeconds(text)
}
