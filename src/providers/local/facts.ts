import { availableParallelism, totalmem } from 'node:os'
import type { ProviderFacts } from '../function/index.ts'

const MIB = 2 ** 20
const THIS_MACHINE = { source: 'this machine', asOf: '2026-11-23' }

/** This machine as a platform: it costs nothing but its time. */
export const localFacts: ProviderFacts = {
  limits: {
    ...THIS_MACHINE,
    memoryBytes: { least: 256 * MIB, most: totalmem(), step: 1 },
    vcpus: { least: 1, most: availableParallelism() },
    timeoutMs: 60 * 60_000,
    requestBytes: 32 * MIB,
    answerBytes: 32 * MIB,
    ephemeralBytes: undefined,
    concurrency: 256,
    ramp: { sandboxes: 256, perMs: 1000 },
  },
  prices: { ...THIS_MACHINE, region: 'here' },
  vcpusOf: () => 1,
  costOf: () => [],
}
