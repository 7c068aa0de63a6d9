import { once } from 'node:events'
import { InvocationError, type PullLoss, type PullReport, type PullRequest } from '../providers/index.ts'
import { type FailureRecord, toFailureRecord } from '../scheduler/index.ts'
import { coordinatorUrl } from './coordinator-url.ts'
import { Dismissal } from './dismissal.ts'
import type { SandboxSize } from './sandbox.ts'
import { childrenOf, invokeChildren } from './subtree.ts'

/** Longest delay that a timer takes. */
const MOST_DELAY_MS = 2 ** 31 - 1

/** Of the time for a worker, this part is kept for leaving its run. */
const LEAVING_SHARE = 0.05
const MOST_LEAVING_MS = 1000

export interface PullDone {
  readonly why: PullReport['why']
  readonly tasks: number
  readonly subtree: readonly PullReport[]
  readonly out: readonly PullLoss[]
  readonly error?: FailureRecord
}

export interface PullLimits {
  readonly size: SandboxSize
  /** Epoch milliseconds at which the work must be over. */
  readonly deadlineMs: number | undefined
  readonly signal: AbortSignal
}

/** Works on a shared run as one worker among many, and invokes the function for the workers below it. Nothing is kept open beyond the answer. */
export async function pull(request: PullRequest, limits: PullLimits): Promise<PullDone> {
  const deadlines = [request.deadlineMs, limits.deadlineMs].filter((each) => each !== undefined)
  const deadlineMs = deadlines.length === 0 ? undefined : Math.min(...deadlines)
  const children = childrenOf(request, deadlineMs)
  const late = new AbortController()
  const leftMs = (deadlineMs ?? Number.POSITIVE_INFINITY) - Date.now()
  const timer =
    deadlineMs === undefined
      ? undefined
      : setTimeout(() => late.abort(tooLate()), Math.min(MOST_DELAY_MS, Math.max(0, leftMs)))
  // Neither a child nor a coordinator that does not answer may keep this one from doing so.
  const gone = once(late.signal, 'abort').then(
    () => ({ why: 'error', tasks: 0, error: toFailureRecord(late.signal.reason) }) as const,
  )
  try {
    const workMs = leftMs - Math.min(MOST_LEAVING_MS, leftMs * LEAVING_SHARE)
    const [own, subtree] = await Promise.all([
      Promise.race([work(request, { ...limits, deadlineMs: deadlineMs && Date.now() + workMs }), gone]),
      invokeChildren(children, limits.size, AbortSignal.any([limits.signal, late.signal])),
    ])
    return { ...own, subtree: subtree.reports, out: subtree.losses }
  } finally {
    clearTimeout(timer)
  }
}

function tooLate(): InvocationError {
  return new InvocationError('there was no answer before the time was up', 'timed-out')
}

async function work(
  request: PullRequest,
  { size, deadlineMs, signal }: PullLimits,
): Promise<Pick<PullDone, 'why' | 'tasks' | 'error'>> {
  let tasks = 0
  const { store, run, group } = request
  const dismissal = run === undefined || group === undefined ? undefined : new Dismissal(store, run, group)
  try {
    const { connect } = await import('../client/index.ts')
    await using npw = await connect({
      store,
      provider: 'here',
      coordinator: await coordinatorUrl(request.coordinator),
    })
    const served = await npw.work({
      runId: run,
      slots: Math.min(request.slots ?? size.slots, size.slots),
      memoryBytes: Math.min(request.memoryBytes ?? size.tileBytes, size.tileBytes),
      idleMs: request.idleMs,
      deadlineMs,
      signal: dismissal === undefined ? signal : AbortSignal.any([signal, dismissal.signal]),
      onLeft: (_, joined) => {
        tasks += joined.tasks
      },
    })
    return { why: served.why, tasks: served.tasks }
  } catch (error) {
    return { why: 'error', tasks, error: toFailureRecord(error) }
  } finally {
    await dismissal?.close()
  }
}
