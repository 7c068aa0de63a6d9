import { InputError } from '../../errors.ts'
import type { CostItem, FunctionUsage, ProviderFacts } from '../function/index.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30
const DAY = '2026-11-20'

/** How much memory an instance may have that has this many vCPUs. Other numbers above 1 do not exist. */
export const SIZES: readonly { readonly vcpus: number; readonly least: number; readonly most: number }[] = [
  { vcpus: 1, least: 512 * MIB, most: 4 * GIB },
  { vcpus: 2, least: 512 * MIB, most: 8 * GIB },
  { vcpus: 4, least: 2 * GIB, most: 16 * GIB },
  { vcpus: 6, least: 4 * GIB, most: 24 * GIB },
  { vcpus: 8, least: 4 * GIB, most: 32 * GIB },
]

/** Less than a whole vCPU: more than 1 GiB needs 1, and more than 512 MiB needs half of one. */
const FRACTIONS = { least: 0.08, half: 0.5, mostBelowHalf: 512 * MIB, mostBelowOne: GIB }

/** US dollars, request-based billing in a region of tier 1. */
const PRICE = { request: 0.0000004, vcpuSecond: 0.000024, gibSecond: 0.0000025 }

/** US dollars for a GiB of image in Artifact Registry a month, without the free half GiB; cloud.google.com/artifact-registry/pricing. */
export const IMAGE_PRICE = 0.1

/** Cloud Run, second generation of the execution environment (whose instances have at least 512 MiB), billed by request. */
export const gcpFacts: ProviderFacts = {
  limits: {
    memoryBytes: { least: 512 * MIB, most: 32 * GIB, step: MIB },
    vcpus: { least: FRACTIONS.least, most: 8 },
    timeoutMs: 3_600_000,
    requestBytes: 32 * MIB,
    answerBytes: 32 * MIB,
    // What is written to the file system counts as memory.
    ephemeralBytes: undefined,
    concurrency: 100,
    // No rate is published: the autoscaler looks every 5 s, and requests beyond what it has started are answered with 429 after about 10 s.
    ramp: { sandboxes: 100, perMs: 10_000 },
    source: 'cloud.google.com/run/quotas, docs.cloud.google.com/run/docs/configuring/services/{cpu,memory-limits}',
    asOf: DAY,
  },
  prices: {
    region: 'us-central1',
    source: 'cloud.google.com/run/pricing (tier 1, request-based billing, without free tier)',
    asOf: DAY,
  },
  billing: { stepMs: 100, startIsBilled: true },
  vcpusOf: (memoryBytes) => SIZES.find(({ most }) => memoryBytes <= most)?.vcpus ?? 8,
  costOf,
}

function costOf({ invocations, gibSeconds, vcpuSeconds }: FunctionUsage): readonly CostItem[] {
  return [
    item('requests', invocations, 'requests', PRICE.request),
    item('CPU allocation time', vcpuSeconds, 'vCPU-s', PRICE.vcpuSecond),
    item('memory allocation time', gibSeconds, 'GiB-s', PRICE.gibSecond),
  ]
}

function item(name: string, quantity: number, unit: string, unitPrice: number): CostItem {
  return { item: name, quantity, unit, unitPrice, amount: quantity * unitPrice }
}

/** @throws InputError naming what fits, when no instance has this much memory with this many vCPUs */
export function checkSize(memoryBytes: number, vcpus: number): void {
  const { least, most } = gcpFacts.limits.memoryBytes
  if (!(memoryBytes >= least && memoryBytes <= most))
    throw new InputError(`memory must be ${shown(least)} to ${shown(most)} on Cloud Run, not ${shown(memoryBytes)}`)
  if (vcpus < 1) {
    checkFraction(memoryBytes, vcpus)
    return
  }
  const size = SIZES.find((one) => one.vcpus === vcpus)
  if (!size)
    throw new InputError(
      `vCPUs must be ${SIZES.map((one) => one.vcpus).join(', ')}, or ${FRACTIONS.least} to 1, on Cloud Run, not ${vcpus}`,
    )
  if (memoryBytes < size.least || memoryBytes > size.most)
    throw new InputError(
      `with ${vcpus} vCPUs memory must be ${shown(size.least)} to ${shown(size.most)} on Cloud Run, not ${shown(memoryBytes)}: ` +
        `ask for ${memoryBytes > size.most ? 'more' : 'fewer'} vCPUs (--vcpus) or ${memoryBytes > size.most ? 'less' : 'more'} memory (--memory)`,
    )
}

function checkFraction(memoryBytes: number, vcpus: number): void {
  const { least, half, mostBelowHalf, mostBelowOne } = FRACTIONS
  if (!(vcpus >= least)) throw new InputError(`vCPUs must be at least ${least} on Cloud Run, not ${vcpus}`)
  const most = vcpus < half ? mostBelowHalf : mostBelowOne
  if (memoryBytes > most)
    throw new InputError(
      `with ${vcpus} vCPUs memory may be at most ${shown(most)} on Cloud Run, not ${shown(memoryBytes)}: ask for a whole vCPU (--vcpus)`,
    )
}

/** As a quantity of Cloud Run: `512 MiB`, `4 GiB`. */
function shown(bytes: number): string {
  return bytes % GIB === 0 ? `${bytes / GIB} GiB` : `${Math.round(bytes / MIB)} MiB`
}
