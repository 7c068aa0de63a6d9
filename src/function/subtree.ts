import { randomBytes } from 'node:crypto'
import pRetry from 'p-retry'
import { InputError, isNumpywrenError } from '../errors.ts'
import {
  type DeployedFunction,
  decodeAnswer,
  encodeRequest,
  functionProvider,
  InvocationError,
  type PullAnswer,
  type PullLoss,
  type PullReport,
  type PullRequest,
} from '../providers/index.ts'
import { toFailureRecord } from '../scheduler/index.ts'
import type { SandboxSize } from './sandbox.ts'

/** Children answer so long before their parent has to. */
const CHILD_MARGIN_MS = 5000
/** A platform that admits no more children at once may do so in a while, and one that died is replaced; the driver makes up for the rest. */
const RETRIES = { retries: 5, minTimeout: 1000, factor: 2, randomize: true } as const

/** What the workers of a subtree said. */
export interface Subtree {
  readonly reports: readonly PullReport[]
  readonly losses: readonly PullLoss[]
}

/** Invocations for the other workers of a tree: so many that none of them makes more than `arity`. */
export function childrenOf(request: PullRequest, deadlineMs: number | undefined): readonly PullRequest[] {
  const others = request.width - 1
  const count = Math.min(request.arity, others)
  const { deadlineMs: _, ...rest } = request
  return Array.from({ length: count }, (_, at) => ({
    ...rest,
    invocation: randomBytes(8).toString('hex'),
    worker: `${request.worker}.${at + 1}`,
    width: Math.floor((others * (at + 1)) / count) - Math.floor((others * at) / count),
    ...(deadlineMs === undefined ? {} : { deadlineMs: deadlineMs - CHILD_MARGIN_MS }),
  }))
}

/** Invokes the function itself for the children, and waits for their answers. Failures are part of what is answered. */
export async function invokeChildren(
  children: readonly PullRequest[],
  { provider, functionName }: SandboxSize,
  signal: AbortSignal,
): Promise<Subtree> {
  if (children.length === 0) return { reports: [], losses: [] }
  let deployed: DeployedFunction
  try {
    if (provider === undefined || functionName === undefined)
      throw new InputError('this worker is no deployed function, so it cannot invoke itself for others')
    deployed = await (await functionProvider(provider)).connect({ name: functionName, signal })
  } catch (error) {
    return { reports: [], losses: children.map((child) => lossOf(child, error)) }
  }
  try {
    const answers = await Promise.all(children.map((child) => invokeChild(deployed, child, signal)))
    return { reports: answers.flatMap(({ reports }) => reports), losses: answers.flatMap(({ losses }) => losses) }
  } finally {
    await deployed.close()
  }
}

async function invokeChild(deployed: DeployedFunction, child: PullRequest, signal: AbortSignal): Promise<Subtree> {
  try {
    const answer = await pRetry(() => call(deployed, child, signal), {
      ...RETRIES,
      signal,
      shouldRetry: ({ error }) => isWorthAnother(error),
    })
    return { reports: [reportOf(child, answer), ...answer.subtree], losses: answer.out }
  } catch (error) {
    return { reports: [], losses: [lossOf(child, error)] }
  }
}

/** A sandbox that died takes the workers below it along: another is to invoke them. One that was too small would be so again. */
function isWorthAnother(error: unknown): boolean {
  if (isNumpywrenError(error, 'ThrottledError')) return true
  return error instanceof InvocationError && (error.end === 'crashed' || error.end === 'unreachable')
}

async function call(deployed: DeployedFunction, child: PullRequest, signal: AbortSignal): Promise<PullAnswer> {
  const { body, requestId } = await deployed.invoke(encodeRequest(child), { signal })
  const answer = decodeAnswer(body, child, requestId)
  if (answer.kind === 'refused') throw new InputError(answer.error.message)
  return answer
}

function reportOf({ worker }: PullRequest, answer: PullAnswer): PullReport {
  const { sandbox, receivedAt, answeredAt, peakBytes, why, tasks, error } = answer
  const report = { worker, sandbox, receivedAt, answeredAt, peakBytes, why, tasks }
  return error === undefined ? report : { ...report, error }
}

function lossOf({ worker, invocation, width }: PullRequest, error: unknown): PullLoss {
  return { worker, invocation, width, failure: toFailureRecord(error) }
}
