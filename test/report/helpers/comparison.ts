/** A comparison of three providers made from events: one real, one emulated, one that failed. */

import { agreementOf, groupsOf } from '../../../src/compare/agreement.ts'
import { labelOf } from '../../../src/compare/label.ts'
import { RunMeasurer } from '../../../src/compare/measure.ts'
import type { RunEvent } from '../../../src/events/index.ts'
import type { ComparedProvider, ComparedRun, Comparison } from '../../../src/report/index.ts'
import { finished, invocation, started, task } from '../../helpers/events.ts'

const began = Date.parse('2026-11-23T10:00:00Z')

/** Events of a run of 12 tasks in 6 invocations of 2 callers; the first of each caller is cold where `coldMs` is given. */
export function pushedRun(coldMs: number | undefined, stepMs = 500): RunEvent[] {
  const calls = Array.from({ length: 6 }, (_, at) => {
    const requestedAt = began + Math.floor(at / 2) * (stepMs + 50)
    const startMs = at < 2 && coldMs !== undefined ? coldMs : 8 + at
    return { at, requestedAt, receivedAt: requestedAt + startMs, startMs }
  })
  const tasks = calls.flatMap(({ at, receivedAt }) =>
    [0, 1].map((which) => {
      const leasedAt = receivedAt + which * (stepMs / 2)
      const readAt = leasedAt + 40
      const computedAt = readAt + stepMs / 4
      return task(leasedAt, {
        task: `0:${at},${which}`,
        kernel: which === 0 ? 'potrf' : 'gemm',
        worker: `caller-${(at % 2) + 1}`,
        readAt,
        computeAt: readAt + 5,
        computedAt,
        writtenAt: computedAt + 30,
        completedAt: computedAt + 32,
        bytesRead: 2 ** 20,
        bytesWritten: 2 ** 19,
        requests: 3,
        writeRequests: 1,
        readMs: [18 + at, 38],
        writeMs: [29],
      })
    }),
  )
  const answered = calls.map(({ at, requestedAt, receivedAt }) =>
    invocation(requestedAt, {
      worker: `caller-${(at % 2) + 1}`,
      cold: at < 2 && coldMs !== undefined,
      ...(at < 2 && coldMs !== undefined ? { initMs: coldMs * 0.6 } : {}),
      receivedAt,
      answeredAt: receivedAt + stepMs,
      endedAt: receivedAt + stepMs + 6,
      tasks: 2,
      billedMs: stepMs,
    }),
  )
  const end = Math.max(...answered.map(({ endedAt }) => endedAt))
  const between: RunEvent[] = [...tasks, ...answered].sort((a, b) => endOf(a) - endOf(b))
  return [started(began, { tasks: 12, totalTasks: 12, slots: 0 }), ...between, finished(end + 20)]
}

const endOf = (event: RunEvent): number =>
  event.type === 'task' ? event.completedAt : event.type === 'invocation' ? event.endedAt : event.at

/** @param more further events, such as failures */
export function comparedRun(
  repeat: number,
  {
    coldMs,
    stepMs,
    more = [],
    digest = 'ab12'.repeat(16),
  }: {
    readonly coldMs?: number
    readonly stepMs?: number
    readonly more?: readonly RunEvent[]
    readonly digest?: string
  } = {},
): ComparedRun {
  const measurer = new RunMeasurer()
  for (const event of [...pushedRun(coldMs, stepMs), ...more]) measurer.add(event)
  const measures = measurer.measures((used) => {
    const items = [
      {
        item: 'requests',
        quantity: used.invocations,
        unit: 'request',
        unitPrice: 2e-7,
        amount: used.invocations * 2e-7,
      },
      {
        item: 'compute',
        quantity: used.gibSeconds,
        unit: 'GB-second',
        unitPrice: 1.67e-5,
        amount: used.gibSeconds * 1.67e-5,
      },
    ]
    return { items, total: items.reduce((sum, { amount }) => sum + amount, 0) }
  })
  return {
    repeat,
    runId: `20261123-100000-cholesky-${repeat}`,
    startedAt: new Date(began).toISOString(),
    completionSeconds: measures.wallSeconds + 0.1 * repeat,
    digest,
    coreTypes: ['Haswell'],
    measures,
  }
}

const sandbox = { memoryBytes: 2 ** 31, vcpus: 1.16, slots: 1, architecture: 'x86_64', timeoutMs: 900_000 }
const prices = {
  what: 'compute',
  source: 'https://aws.amazon.com/lambda/pricing/',
  asOf: '2026-09-20',
  region: 'us-east-1',
} as const

/** Here, an emulated Lambda on an emulated S3, and a provider without its function. */
export function sampleComparison(): Comparison {
  const stands = { emulatedBy: '127.0.0.1:9300', storeEmulatedBy: '127.0.0.1:7070' }
  const providers: ComparedProvider[] = [
    {
      provider: 'local',
      label: 'local',
      workers: 2,
      store: 'file:///data/work',
      sandbox,
      prices: [],
      runs: [1, 2, 3].map((repeat) => comparedRun(repeat, { coldMs: 300, stepMs: 400 + 20 * repeat })),
    },
    {
      provider: 'aws-lambda',
      label: labelOf('aws-lambda', stands),
      ...stands,
      function: 'numpywren-worker',
      region: 'us-east-1',
      workers: 2,
      store: 's3://bucket/compare',
      sandbox,
      prices: [prices],
      runs: [
        comparedRun(1, { coldMs: 1800 }),
        comparedRun(2, {
          more: [
            {
              type: 'task-failed',
              task: '0:1',
              worker: 'caller-1',
              attempt: 1,
              at: began + 100,
              tag: 'StoreUnavailableError',
              message: 'slow down',
              willRetry: true,
            },
            invocation(began, { outcome: 'throttled', billedMs: 0 }),
            invocation(began, { outcome: 'crashed', endedAt: began + 300 }),
          ],
        }),
        comparedRun(3),
      ],
    },
    {
      provider: 'gcp-functions',
      label: 'gcp-functions',
      workers: 2,
      store: 'gs://bucket/compare',
      prices: [],
      problem: 'no function numpywren-worker is deployed in us-central1 <of project p>',
      runs: [],
    },
  ]
  const [group] = groupsOf(providers)
  const residual = { formula: '||A - L L^T||_1 / (n ||A||_1 eps)', ratio: 0.01, threshold: 30, passed: true }
  return {
    format: 'numpywren comparison',
    version: 1,
    numpywren: '0.1.0',
    createdAt: new Date(began).toISOString(),
    driver: { processor: 'Some CPU', cores: 2, memoryBytes: 2 ** 33, node: 'v24.21.0' },
    work: {
      algorithm: 'cholesky',
      operands: [{ name: 'A', kind: 'spd', shape: [4096, 4096], tile: [1024, 1024], dtype: 'float64' }],
      results: ['L'],
      options: {},
      seed: 0,
      repeat: 3,
      workers: 2,
      durability: 'full',
      coordinator: 'embedded',
    },
    providers,
    agreement: agreementOf(group === undefined ? [] : [{ ...group, residual }]),
  }
}
