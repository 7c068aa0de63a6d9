import type { CostItem, FunctionUsage, ProviderFacts } from '../function/index.ts'

const MIB = 2 ** 20
const DAY = '2026-11-20'

/** Memory, in MiB, that brings the time of one vCPU. */
const MIB_PER_VCPU = 1769
/** Cores that the largest sandbox sees. */
const MOST_VCPUS = 6

interface Tier {
  /** GB-seconds of a month at this price. */
  readonly width: number
  /** US dollars per GB-second; a GB of Lambda is 2^30 bytes. */
  readonly price: number
}

const PRICE = {
  request: 0.2 / 1e6,
  compute: {
    x86_64: [
      { width: 6e9, price: 0.0000166667 },
      { width: 9e9, price: 0.000015 },
      { width: Number.POSITIVE_INFINITY, price: 0.0000133334 },
    ],
    arm64: [
      { width: 7.5e9, price: 0.0000133334 },
      { width: 11.25e9, price: 0.0000120001 },
      { width: Number.POSITIVE_INFINITY, price: 0.0000106667 },
    ],
  } satisfies Record<string, readonly Tier[]>,
}

/** US dollars per GB-second of /tmp beyond what every sandbox has. */
export const EPHEMERAL_PRICE = 0.0000000309
/** US dollars per GB-month of images, compressed (aws.amazon.com/ecr/pricing, read as the other prices). */
export const IMAGE_PRICE = 0.1

/** AWS Lambda: functions of container images, on demand. */
export const lambdaFacts: ProviderFacts = {
  limits: {
    memoryBytes: { least: 128 * MIB, most: 10_240 * MIB, step: MIB },
    vcpus: { least: 128 / MIB_PER_VCPU, most: 10_240 / MIB_PER_VCPU },
    timeoutMs: 900_000,
    requestBytes: 6 * MIB,
    answerBytes: 6 * MIB,
    ephemeralBytes: { least: 512 * MIB, most: 10_240 * MIB },
    concurrency: 1000,
    ramp: { sandboxes: 1000, perMs: 10_000 },
    source: 'docs.aws.amazon.com/lambda/latest/dg/{gettingstarted-limits,scaling-behavior,resource-model}.html',
    asOf: DAY,
  },
  billing: { stepMs: 1, startIsBilled: true },
  prices: {
    region: 'us-east-1',
    source: 'aws.amazon.com/lambda/pricing (on demand, without free tier), by the price tables of infracost',
    asOf: DAY,
  },
  vcpusOf,
  costOf,
}

/**
 * Time of cores that a sandbox gets. It sees one core up to 1769 MiB, two up to 3538 ... six from 8846 on, and its share of them is what
 * its memory brings: 5.8 of six at the top.
 */
function vcpusOf(memoryBytes: number): number {
  return Math.min(memoryBytes / MIB / MIB_PER_VCPU, MOST_VCPUS)
}

/**
 * Tasks at the same time: the nearest number of cores, and never more than the sandbox sees. A slot then has 0.7 to 1.5 cores' time, and
 * the largest sandbox uses its six cores.
 */
export function slotsOf(memoryBytes: number): number {
  return Math.max(1, Math.round(vcpusOf(memoryBytes)))
}

/** As though nothing else had been billed this month: the first of its GB-seconds are the dearest. */
function costOf({ invocations, gibSeconds }: FunctionUsage, architecture: 'x86_64' | 'arm64'): readonly CostItem[] {
  const items = [item('requests', invocations, 'requests', PRICE.request)]
  const tiers: readonly Tier[] = PRICE.compute[architecture]
  let left = gibSeconds
  for (const [index, { width, price }] of tiers.entries()) {
    if (left <= 0 && index > 0) break
    const name = index === 0 ? 'compute' : `compute, tier ${index + 1}`
    items.push(item(`${name} (${architecture})`, Math.min(left, width), 'GB-s', price))
    left -= width
  }
  return items
}

function item(name: string, quantity: number, unit: string, unitPrice: number): CostItem {
  return { item: name, quantity, unit, unitPrice, amount: quantity * unitPrice }
}
