import type { PullLoss, PullReport, PullRequest } from '../providers/index.ts'
import { type FailureRecord, toFailureRecord } from '../scheduler/index.ts'
import { coordinatorUrl } from './coordinator-url.ts'
import type { SandboxSize } from './sandbox.ts'
import { childrenOf, invokeChildren } from './subtree.ts'

export interface PullDone {
  readonly why: PullReport['why']
  readonly tasks: number
  readonly subtree: readonly PullReport[]
  readonly out: readonly PullLoss[]
  readonly error?: FailureRecord
}

export interface PullLimits {
  readonly size: SandboxSize
  /** Epoch milliseconds at which the answer must be out. */
  readonly deadlineMs: number | undefined
  readonly signal: AbortSignal
}

/** Works on a shared run as one worker among many, and invokes the function for the workers below it. Nothing is kept open beyond the answer. */
export async function pull(request: PullRequest, limits: PullLimits): Promise<PullDone> {
  const deadlines = [request.deadlineMs, limits.deadlineMs].filter((each) => each !== undefined)
  const deadlineMs = deadlines.length === 0 ? undefined : Math.min(...deadlines)
  const children = childrenOf(request, deadlineMs)
  // Who works no more waits no longer for children whose run goes on without them.
  const [own, subtree] = await Promise.all([
    work(request, { ...limits, deadlineMs }),
    invokeChildren(children, limits.size, limits.signal),
  ])
  return { ...own, subtree: subtree.reports, out: subtree.losses }
}

async function work(
  request: PullRequest,
  { size, deadlineMs, signal }: PullLimits,
): Promise<Pick<PullDone, 'why' | 'tasks' | 'error'>> {
  let tasks = 0
  try {
    const { connect } = await import('../client/index.ts')
    await using npw = await connect({
      store: request.store,
      provider: 'here',
      coordinator: await coordinatorUrl(request.coordinator),
    })
    const served = await npw.work({
      runId: request.run,
      slots: Math.min(request.slots ?? size.slots, size.slots),
      memoryBytes: Math.min(request.memoryBytes ?? size.tileBytes, size.tileBytes),
      idleMs: request.idleMs,
      deadlineMs,
      signal,
      onLeft: (_, joined) => {
        tasks += joined.tasks
      },
    })
    return { why: served.why, tasks: served.tasks }
  } catch (error) {
    return { why: 'error', tasks, error: toFailureRecord(error) }
  }
}
