import { setTimeout as sleep } from 'node:timers/promises'
import { isNumpywrenError } from '../../errors.ts'
import { SegmentSink } from '../../events/index.ts'
import { type KernelRegistry, setComputeThreads } from '../../kernels/index.ts'
import type { Coordinator } from '../../scheduler/index.ts'
import type { Store } from '../../storage/index.ts'
import type { StopReason } from '../../worker/index.ts'
import { now } from '../driver.ts'
import { eventsPrefix } from '../keys.ts'
import { heldBytes } from '../memory.ts'
import { openRecorded } from '../open-recorded.ts'
import { prioritiesOf } from '../priorities.ts'
import type { IsShipped } from '../program.ts'
import { readState } from '../state.ts'
import type { Coordination } from './coordination.ts'
import { joinRound, type SharedRun } from './rounds.ts'
import { StandIn } from './stand-in.ts'

/** A worker between two rounds looks for the next one, soon and then less and less often. */
const LEAST_LOOK_MS = 200
const MOST_LOOK_MS = 3000
/** Segments of events get longer the more there are: a run may have many workers for days. */
const SEGMENT_GROWTH = 1.1

export interface JoinOptions {
  readonly store: Store
  readonly coordination: Coordination
  readonly kernels: KernelRegistry
  /** Of the programs that may be of any size. @default none */
  readonly isShipped?: IsShipped | undefined
  /** Names the worker among all that share the run: letters, digits, '-' and '_'. */
  readonly name: string
  readonly slots: number
  readonly memoryBytes: number
  /** Leaves after this long without work; `undefined`: stays until the run ends. */
  readonly idleMs?: number | undefined
  /** Epoch milliseconds at which the worker must be gone. */
  readonly deadlineMs?: number | undefined
  /** Raised to drain. */
  readonly signal: AbortSignal
}

/** How a worker's part in a run ended. */
export interface Joined {
  readonly why: 'run-over' | 'drained' | 'deadline' | 'idle'
  /** Completions of this worker that counted. */
  readonly tasks: number
}

/**
 * Works on a run that others share, until it is over or there is reason to leave: round by round, whatever becomes of the
 * coordinator's memory meanwhile. Drives the run when nobody else does.
 * @throws RunNotFoundError, ManifestError, MatrixNotFoundError, MemoryLimitError; CoordinatorUnavailableError; what the worker crashed with
 */
export async function joinRun(runId: string, options: JoinOptions): Promise<Joined> {
  const { store, coordination, kernels, name, slots, memoryBytes } = options
  const { manifest, program, arrays } = await openRecorded(runId, options)
  const { matrices } = arrays
  const segments = new SegmentSink({
    put: (segment, bytes) => store.put(`${eventsPrefix(runId)}${segment}`, bytes, { ifAbsent: true }),
    writer: name,
    growth: SEGMENT_GROWTH,
  })
  let tasks = 0
  const events = {
    emit: (event: Parameters<SegmentSink['emit']>[0]): void => {
      if (event.type === 'task' && event.counted) tasks++
      segments.emit(event)
    },
  }
  try {
    const priorities = prioritiesOf({ program, matrices, kernels })
    const coordinated = coordination.run({ runId, storeUrl: store.url })
    const run = { store, manifest, program, priorities, coordinated, arrays }
    const { createWorker } = await import('../../worker/index.ts')
    setComputeThreads(slots)
    events.emit({ type: 'worker-joined', worker: name, slots, at: now() })
    const standIn = new StandIn({ run, name, events })
    try {
      const why = await stay(run, standIn, options, async (coordinator, signal) => {
        const worker = createWorker({
          id: name,
          coordinator,
          program,
          kernels,
          matrices,
          slots,
          memoryBytes: memoryBytes - heldBytes(matrices),
          durability: manifest.options.durability,
          checkFinite: manifest.options.checkFinite,
          sharesMemory: false,
          idleMs: options.idleMs,
          deadlineMs: options.deadlineMs,
          signal,
          events,
        })
        try {
          await worker.run()
        } catch (error) {
          // Between two rounds the time may have run out.
          if (isNumpywrenError(error, 'DeadlineError')) return 'deadline'
          throw error
        }
        return worker.reason
      })
      return { why, tasks }
    } finally {
      await standIn.stop()
      events.emit({ type: 'worker-left', worker: name, at: now() })
    }
  } finally {
    // Events that cannot be stored are no reason to give up work that can.
    await segments.close().catch(() => undefined)
    await arrays.close()
  }
}

/** From round to round until there is a reason to leave. */
async function stay(
  run: SharedRun,
  standIn: StandIn,
  { idleMs = Number.POSITIVE_INFINITY, deadlineMs = Number.POSITIVE_INFINITY, signal }: JoinOptions,
  work: (coordinator: Coordinator, signal: AbortSignal) => Promise<StopReason | undefined>,
): Promise<Joined['why']> {
  const stop = AbortSignal.any([signal, standIn.broken])
  let busyAt = performance.now()
  let lookMs = LEAST_LOOK_MS
  for (;;) {
    standIn.broken.throwIfAborted()
    if (signal.aborted) return 'drained'
    if (Date.now() >= deadlineMs) return 'deadline'
    const found = await run.coordinated.epoch()
    const coordinator = found?.state === 'running' ? await joinRound(run, found) : undefined
    if (coordinator !== undefined) {
      const why = await work(coordinator, stop).finally(() => coordinator.close())
      if (why === 'deadline') return why
      if (why !== 'idle') {
        busyAt = performance.now()
        lookMs = LEAST_LOOK_MS
        continue
      }
    }
    // Who drives the run stays: it may be the last one there.
    if (!standIn.leads) {
      const { state, settled = false } = (await readState(run.store, run.manifest.id)) ?? {}
      // The command was interrupted, and its workers elsewhere have done the rest: one of them completes the outputs.
      const isUnsettled = state === 'interrupted' && (found?.state === 'done' || found?.state === 'failed')
      const isOver = settled || (state !== undefined && state !== 'running' && !isUnsettled)
      if (coordinator === undefined && isOver) return 'run-over'
      if (performance.now() - busyAt >= idleMs) return 'idle'
    }
    await sleep(lookMs, undefined, { signal: stop }).catch(() => undefined)
    lookMs = Math.min(lookMs * 1.5, MOST_LOOK_MS)
  }
}
