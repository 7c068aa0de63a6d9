import type { InvocationFinished, InvocationOutcome } from '../../events/index.ts'
import type { FailureRecord } from '../../scheduler/index.ts'
import { billed } from '../calls/index.ts'
import type { DeployedFunction, PullAnswer } from '../function/index.ts'

const ends: ReadonlySet<string> = new Set<InvocationOutcome>([
  'crashed',
  'timed-out',
  'out-of-memory',
  'unreachable',
  'garbled',
])

/** The invocations of a subtree as events, by what its root says of them. Times are taken for those of the caller's clock, shifted as the root's. */
export function subtreeEvents(
  { provider, emulatedBy, facts, shape }: DeployedFunction,
  answer: PullAnswer,
  root: InvocationFinished,
  shiftMs: number,
): InvocationFinished[] {
  const common = {
    type: 'invocation',
    provider,
    ...(emulatedBy === undefined ? {} : { emulatedBy }),
    kind: 'pull',
    requestBytes: 0,
    answerBytes: 0,
  } as const
  const answered = answer.subtree.map(({ worker, sandbox, receivedAt, answeredAt, tasks }): InvocationFinished => {
    const initMs = sandbox.cold ? sandbox.initMs : 0
    return {
      ...common,
      worker,
      sandbox: sandbox.id,
      cold: sandbox.cold,
      ...(sandbox.cold ? { initMs } : {}),
      requestedAt: receivedAt + shiftMs - initMs,
      receivedAt: receivedAt + shiftMs,
      answeredAt: answeredAt + shiftMs,
      endedAt: answeredAt + shiftMs,
      tasks,
      outcome: 'answered',
      memoryBytes: sandbox.memoryBytes,
      vcpus: sandbox.vcpus,
      billedMs: billed(facts, answeredAt - receivedAt, initMs),
    }
  })
  // When one of them began and ended nobody says, so that nothing can be said of what is billed for it.
  const lost = answer.out.map(({ worker, failure }): InvocationFinished => {
    const { memoryBytes, vcpus } = shape
    const { requestedAt, endedAt } = root
    const outcome = outcomeOf(failure)
    return { ...common, worker, requestedAt, endedAt, tasks: 0, outcome, memoryBytes, vcpus, billedMs: 0 }
  })
  return [...answered, ...lost]
}

function outcomeOf({ tag, fields }: FailureRecord): InvocationOutcome {
  if (tag === 'ThrottledError') return 'throttled'
  const end = fields?.end
  return typeof end === 'string' && ends.has(end) ? (end as InvocationOutcome) : 'unreachable'
}
