import { performance } from 'node:perf_hooks'
import { forEachLimit } from '../../src/util/index.ts'
import type { Contender, Match } from './contender.ts'
import { gcs } from './gcs.ts'
import { s3 } from './s3.ts'

const matches: readonly Match[] = [s3, gcs]

export interface StoresOptions {
  readonly say: (line: string) => void
  /** Bytes of an object. @default 8 MiB */
  readonly bytes?: number
  /** Objects that are put and got in a round. @default 16 */
  readonly objects?: number
  readonly concurrency?: number
  readonly rounds?: number
}

interface Speed {
  readonly put: number
  readonly get: number
}

/**
 * Markdown table of MiB/s of our stores and of the bare SDK calls, in turn, round after round, so that whatever else the machine does
 * meets all of them. The ratio is the median over the rounds of ours to theirs in the same round.
 */
export async function measureStores({
  say,
  bytes = 8 * 2 ** 20,
  objects = 16,
  concurrency = 8,
  rounds = 15,
}: StoresOptions): Promise<string> {
  const lines = [
    `### Stores: objects of ${bytes / 2 ** 20} MiB, ${concurrency} at a time, client and server on this machine`,
    '',
    '| | put MiB/s | get MiB/s | ours: put | ours: get |',
    '| --- | ---: | ---: | ---: | ---: |',
  ]
  for (const match of matches) {
    say(`${match.name}: ours against the bare SDK`)
    const undo: (() => unknown)[] = []
    try {
      const { ours, bare } = await match.start({ teardown: (step) => void undo.push(step) }, concurrency)
      const contenders = [ours, ...bare]
      const speeds = new Map<Contender, Speed[]>(contenders.map((contender) => [contender, []]))
      // The first round warms up.
      for (let round = 0; round <= rounds; round++) {
        for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
          const speed = await measure(contender, { bytes, objects, concurrency })
          if (round > 0) speeds.get(contender)!.push(speed)
        }
      }
      const of = (contender: Contender, what: keyof Speed): number[] => speeds.get(contender)!.map((s) => s[what])
      const ratio = (contender: Contender, what: keyof Speed): string =>
        median(of(ours, what).map((value, round) => value / of(contender, what)[round]!)).toFixed(2)
      for (const contender of contenders) {
        const ratios = contender === ours ? '| |' : `| ${ratio(contender, 'put')} | ${ratio(contender, 'get')} |`
        const [put, get] = [median(of(contender, 'put')), median(of(contender, 'get'))]
        lines.push(`| ${match.name}: ${contender.name} | ${put.toFixed(0)} | ${get.toFixed(0)} ${ratios}`)
      }
    } finally {
      for (const step of undo.reverse()) await step()
    }
  }
  return lines.join('\n')
}

async function measure(
  contender: Contender,
  { bytes, objects, concurrency }: { readonly bytes: number; readonly objects: number; readonly concurrency: number },
): Promise<Speed> {
  const body = new Uint8Array(bytes).map((_, i) => (i * 2654435761) >>> 24)
  const keys = Array.from({ length: objects }, (_, i) => `A/c/0/${i}`)
  const mebibytes = (objects * bytes) / 2 ** 20
  const timed = async (work: (key: string) => Promise<void>): Promise<number> => {
    const started = performance.now()
    await forEachLimit(keys, concurrency, work)
    return mebibytes / ((performance.now() - started) / 1000)
  }
  const put = await timed((key) => contender.put(key, body))
  const get = await timed(async (key) => {
    const { length } = await contender.get(key)
    if (length !== bytes) throw new RangeError(`${contender.name} got ${length} bytes of ${bytes}`)
  })
  return { put, get }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
