import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type BatchAnswer,
  type BatchRequest,
  type CostItem,
  type DeployedFunction,
  decodeRequest,
  encodeAnswer,
  type FunctionRequest,
  InvocationError,
  type PullAnswer,
  type SandboxFacts,
  ThrottledError,
  type WorkerShape,
} from '../../../src/providers/function/index.ts'
import type { FailureRecord } from '../../../src/scheduler/index.ts'

const GIB = 2 ** 30

const shape: WorkerShape = {
  memoryBytes: 2 * GIB,
  vcpus: 2,
  slots: 2,
  tileBytes: GIB,
  timeoutMs: 60_000,
  architecture: 'x86_64',
}

export const sandbox: SandboxFacts = {
  id: 'sandbox-1',
  cold: false,
  startedAt: 0,
  initMs: 100,
  invocations: 2,
  slots: 2,
  vcpus: 2,
  memoryBytes: 2 * GIB,
  coreType: 'Haswell',
  release: '0.1.0',
}

export interface Script {
  readonly shape?: Partial<WorkerShape>
  readonly requestBytes?: number
  /** Invocations that are admitted at the same time. */
  readonly concurrency?: number
  /** How long a batch takes; a condition to be waited for. */
  readonly work?: (request: FunctionRequest, signal: AbortSignal | undefined) => Promise<unknown>
  /** The answer, or what is thrown instead of one. */
  readonly answer?: (request: FunctionRequest) => object | Error
  /** Ms that the function's clock is ahead. */
  readonly clockMs?: number
  readonly cloud?: 'aws' | 'gcp' | 'local'
}

/** A platform that plays its part by a script; every task that nobody says otherwise of is done. */
export interface ScriptedFunction extends DeployedFunction {
  readonly requests: readonly FunctionRequest[]
  /** Most invocations that were under way at the same time. */
  readonly peak: number
}

export function scriptedFunction(script: Script = {}): ScriptedFunction {
  const { concurrency = Number.POSITIVE_INFINITY, work = () => sleep(1), clockMs = 0, cloud = 'local' } = script
  const requests: FunctionRequest[] = []
  const seen = { under: 0, peak: 0 }
  const now = (): number => performance.timeOrigin + performance.now() + clockMs
  return {
    provider: 'local',
    name: 'scripted',
    place: { cloud },
    shape: { ...shape, ...script.shape },
    facts: factsOf(script),
    requests,
    get peak() {
      return seen.peak
    },
    async invoke(body, { signal }) {
      if (seen.under >= concurrency) throw new ThrottledError('too many at the same time')
      seen.under++
      seen.peak = Math.max(seen.peak, seen.under)
      try {
        const request = decodeRequest(body)
        requests.push(request)
        const receivedAt = now()
        await work(request, signal)
        signal?.throwIfAborted()
        const given = script.answer?.(request) ?? {}
        if (given instanceof Error) throw given
        const common = {
          version: 1,
          invocation: request.invocation,
          sandbox,
          receivedAt,
          answeredAt: now(),
          peakBytes: 1,
        } as const
        const answer =
          request.kind === 'batch'
            ? ({ ...common, kind: 'batch', tasks: done(request), events: [], ...given } satisfies BatchAnswer)
            : ({
                ...common,
                kind: 'pull',
                why: 'run-over',
                tasks: 0,
                subtree: [],
                out: [],
                ...given,
              } satisfies PullAnswer)
        return { body: encodeAnswer(answer) }
      } finally {
        seen.under--
      }
    },
    close: async () => undefined,
  }
}

function done({ tasks }: BatchRequest): BatchAnswer['tasks'] {
  return tasks.map(({ id }) => ({ id, state: 'done' }))
}

/** Every task of the request, but for those of which something else is said. */
export function except(
  request: FunctionRequest,
  others: Readonly<Record<string, FailureRecord | 'returned'>>,
): { readonly tasks: BatchAnswer['tasks'] } {
  if (request.kind !== 'batch') throw new Error('it is no batch')
  const tasks = request.tasks.map(({ id }) => {
    const other = others[id]
    if (other === undefined) return { id, state: 'done' } as const
    return other === 'returned'
      ? ({ id, state: 'returned' } as const)
      : ({ id, state: 'failed', failure: other } as const)
  })
  return { tasks }
}

export function crash(end: InvocationError['end'] = 'crashed'): InvocationError {
  return new InvocationError(`the sandbox ${randomBytes(2).toString('hex')} ended`, end)
}

function factsOf({ requestBytes = 2 ** 20 }: Script): DeployedFunction['facts'] {
  const sourced = { source: 'the test', asOf: '2026-11-23' }
  return {
    limits: {
      memoryBytes: { least: 1, most: GIB, step: 1 },
      vcpus: { least: 1, most: 8 },
      timeoutMs: 60_000,
      requestBytes,
      answerBytes: 2 ** 20,
      ephemeralBytes: undefined,
      concurrency: 1000,
      ramp: { sandboxes: 1000, perMs: 10_000 },
      ...sourced,
    },
    billing: { stepMs: 100, startIsBilled: true },
    prices: { region: 'here', ...sourced },
    vcpusOf: () => 2,
    costOf: ({ gibSeconds }): readonly CostItem[] => [
      { item: 'memory', quantity: gibSeconds, unit: 'GiB-s', unitPrice: 2, amount: 2 * gibSeconds },
    ],
  }
}
