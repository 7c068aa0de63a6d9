import { z } from 'zod'
import type { Comparison, Distribution } from './compare-data.ts'

const count = z.int().nonnegative()
const amount = z.number().nonnegative()
const text = z.string()
const extents = z.array(z.int().positive())

const distribution: z.ZodType<Distribution> = z.strictObject({
  count,
  mean: amount,
  least: amount,
  p10: amount,
  p25: amount,
  p50: amount,
  p75: amount,
  p90: amount,
  p99: amount,
  most: amount,
})

const counts = z.record(text, count)

const measures = z.strictObject({
  wallSeconds: amount,
  coreSeconds: amount,
  computeSeconds: amount,
  efficiency: amount,
  tasks: count,
  attempts: count,
  flops: amount,
  split: z.strictObject({ lease: amount, read: amount, wait: amount, compute: amount, write: amount }),
  starts: z.strictObject({ invocations: count, coldMs: distribution, warmMs: distribution, initMs: distribution }),
  store: z.strictObject({
    requests: count,
    reads: count,
    writes: count,
    bytesRead: amount,
    bytesWritten: amount,
    readMs: distribution,
    writeMs: distribution,
    readRate: distribution,
    writeRate: distribution,
    bytesPerSecond: amount,
  }),
  failures: z.strictObject({
    tasks: count,
    retried: count,
    kinds: counts,
    tilesLost: count,
    workersCrashed: count,
    throttled: count,
    unanswered: counts,
  }),
  money: z.strictObject({
    items: z.array(z.strictObject({ item: text, quantity: amount, unit: text, unitPrice: amount, amount })),
    total: amount,
  }),
  timeline: z.strictObject({
    spanSeconds: amount,
    workers: z.array(amount),
    starting: z.array(amount),
    kernels: z.array(amount),
  }),
})

const run = z.strictObject({
  repeat: z.int().positive(),
  runId: text,
  startedAt: z.iso.datetime(),
  completionSeconds: amount,
  problem: text.optional(),
  digest: text.optional(),
  coreTypes: z.array(text),
  measures,
})

const provider = z.strictObject({
  provider: text,
  label: text,
  emulatedBy: text.optional(),
  function: text.optional(),
  region: text.optional(),
  workers: z.int().positive(),
  store: text,
  storeEmulatedBy: text.optional(),
  sandbox: z
    .strictObject({
      memoryBytes: amount,
      vcpus: amount,
      slots: count,
      architecture: text,
      timeoutMs: amount.optional(),
    })
    .optional(),
  prices: z.array(
    z.strictObject({ what: z.enum(['compute', 'store requests']), source: text, asOf: z.iso.date(), region: text }),
  ),
  problem: text.optional(),
  runs: z.array(run),
})

const group = z.strictObject({
  digest: text,
  runs: z.array(text),
  coreTypes: z.array(text),
  residual: z.strictObject({ formula: text, ratio: amount, threshold: amount, passed: z.boolean() }).optional(),
})

/** What `report.json` must look like. */
export const comparisonSchema: z.ZodType<Comparison> = z.strictObject({
  format: z.literal('numpywren comparison'),
  version: z.literal(1),
  numpywren: text,
  createdAt: z.iso.datetime(),
  driver: z.strictObject({ processor: text, cores: count, memoryBytes: amount, node: text }),
  work: z.strictObject({
    algorithm: text,
    operands: z.array(z.strictObject({ name: text, kind: text, shape: extents, tile: extents, dtype: text })),
    results: z.array(text),
    options: z.record(text, z.unknown()),
    seed: count,
    repeat: z.int().positive(),
    workers: z.int().positive(),
    durability: z.enum(['full', 'outputs']),
    coordinator: z.enum(['embedded', 'redis']),
  }),
  providers: z.array(provider),
  agreement: z.strictObject({
    state: z.enum(['same', 'different', 'nothing to compare']),
    text,
    groups: z.array(group),
  }),
})
