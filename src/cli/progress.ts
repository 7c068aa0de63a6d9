import { Presets, SingleBar } from 'cli-progress'
import type { Operation, WithSummary } from '../client/index.ts'
import type { InvocationFinished, RunEvent, RunStarted } from '../events/index.ts'
import type { RunHandle } from '../run/index.ts'
import { say } from './context.ts'
import { formatBytes } from './table.ts'

/** A run that no worker has joined for so long after its start gets a word about it. */
const LONELY_MS = 15_000
const LOSSES_SAID = 3

/** Waits for a run while a bar shows how far it is; on anything but a terminal, one line at the start. */
export async function follow(run: RunHandle): Promise<void> {
  const bar = process.stderr.isTTY ? newBar() : undefined
  let done = 0
  const company = expectCompany(run)
  const losses = newLosses()
  for await (const event of run) {
    company.heard(event)
    if (event.type === 'run-started') {
      const { tasks, totalTasks, resumed } = event
      const what = resumed ? `${tasks} of ${totalTasks} tasks left` : `${totalTasks} tasks`
      if (bar) bar.start(tasks, 0, { id: event.runId, cache: '' })
      else say(`run ${event.runId}: ${what}, ${workersOf(event)}`)
      done = 0
    } else if (event.type === 'task' && event.counted) {
      bar?.update(++done, { cache: formatBytes(event.cacheBytes) })
    } else if (event.type === 'task-failed' && event.willRetry) {
      say(`task ${event.task} failed and is tried again: ${event.message}`)
    } else if (event.type === 'worker-crashed') {
      say(`worker process ${event.process} ${event.message}${event.restarted ? '; another is started' : ''}`)
    } else if (event.type === 'invocation') {
      losses.heard(event)
    } else if (event.type === 'tile' && event.what === 'lost') {
      say(`tile ${event.tile} is missing or damaged and is computed again`)
    }
  }
  company.stop()
  bar?.stop()
}

function workersOf({ slots, functions }: RunStarted): string {
  if (functions !== undefined) return `up to ${functions.callers} invocations of ${functions.provider} at the same time`
  return slots === 0 ? 'for workers that join' : `${slots} slots`
}

/** Says how the first invocations ended that gave no answer; one in a thousand is no news. */
function newLosses(): { readonly heard: (event: InvocationFinished) => void } {
  let said = 0
  return {
    heard({ outcome, provider, tasks }) {
      if (outcome === 'answered' || outcome === 'throttled' || outcome === 'abandoned' || ++said > LOSSES_SAID) return
      const more = said === LOSSES_SAID ? '; of more like it the summary gives the number' : ''
      say(`an invocation of ${provider} ended without an answer (${outcome}): its ${tasks} tasks are sent again${more}`)
    },
  }
}

/** Says once when a run waits for workers from elsewhere and none comes. */
function expectCompany({ storeUrl }: RunHandle): {
  readonly heard: (event: RunEvent) => void
  readonly stop: () => void
} {
  let timer: NodeJS.Timeout | undefined
  return {
    heard(event) {
      if (event.type === 'run-started' && event.slots === 0 && event.functions === undefined && event.tasks > 0) {
        const { runId } = event
        timer ??= setTimeout(
          () => say(`run ${runId} waits for workers: numpywren worker --coordinator URL --store ${storeUrl}`),
          LONELY_MS,
        )
      } else if (event.type !== 'run-started') clearTimeout(timer)
    },
    stop: () => clearTimeout(timer),
  }
}

/** Starts an operation, shows its progress, and gives its result. */
export async function followOperation<T extends object>(operation: Operation<T>): Promise<T & WithSummary> {
  await follow(await operation.start())
  return await operation.result()
}

function newBar(): SingleBar {
  return new SingleBar(
    {
      format: '{id} {bar} {value}/{total} tasks, {cache} in memory, {duration_formatted} (left: {eta_formatted})',
      stream: process.stderr,
      hideCursor: true,
      stopOnComplete: false,
    },
    Presets.shades_classic,
  )
}

/** Bars of imports, exports and generations, by tiles or bytes. */
export function transferProgress(what: string): {
  readonly onProgress: (progress: { readonly step: string; readonly done: number; readonly total: number }) => void
  readonly stop: () => void
} {
  if (!process.stderr.isTTY) return { onProgress: () => undefined, stop: () => undefined }
  const bar = new SingleBar(
    { format: `${what} {bar} {percentage} %`, stream: process.stderr, hideCursor: true },
    Presets.shades_classic,
  )
  let step: string | undefined
  return {
    onProgress(progress) {
      if (step !== progress.step) bar.start(progress.total, progress.done)
      step = progress.step
      bar.update(progress.done)
    },
    stop() {
      if (step !== undefined) bar.stop()
    },
  }
}
