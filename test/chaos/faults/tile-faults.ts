/** Stored tiles that vanish or change. */

import { setTimeout as sleep } from 'node:timers/promises'
import { isTile } from '../objects.ts'
import type { Random } from '../random.ts'
import type { Disturbed, Fault } from './fault.ts'

type Change = (bytes: Uint8Array, random: Random) => Uint8Array | undefined

const removed: Change = () => undefined

/** One bit anywhere in the tile flipped. */
const flippedBit: Change = (bytes, random) => {
  const copy = Uint8Array.from(bytes)
  copy[random.below(copy.length)]! ^= 1 << random.below(8)
  return copy
}

const fault = (kind: string, where: 'intermediate' | 'result', change: Change): Fault => ({
  kind,
  group: 'tile',
  fits: () => true,
  cause: (run, random) => damage(run, random, where, change),
})

export const tileFaults: readonly Fault[] = [
  fault('stored intermediate tile deleted', 'intermediate', removed),
  fault('stored intermediate tile damaged', 'intermediate', flippedBit),
  fault('stored result tile deleted', 'result', removed),
  fault('stored result tile damaged', 'result', flippedBit),
]

/** Changes one to three tiles of one of the runs. @returns how many */
async function damage(
  run: Disturbed,
  random: Random,
  where: 'intermediate' | 'result',
  change: Change,
): Promise<number> {
  const runId = random.pick(run.runIds)
  const { objects } = run.site
  const prefix = where === 'result' ? `${runId}/` : `.numpywren/runs/${runId}`
  const list = async (): Promise<string[]> => (await objects.list(prefix)).filter(isTile)
  let stored = await list()
  for (; stored.length === 0 && !run.isOver(); stored = await list()) await sleep(25)
  const tiles = random.shuffled(stored)
  let count = 0
  for (const key of tiles.slice(0, 1 + random.below(3))) {
    const bytes = await objects.read(key)
    // Gone meanwhile, as intermediates do.
    if (bytes === undefined || bytes.length === 0) continue
    const changed = change(bytes, random)
    if (where === 'result') run.damaged.add(key)
    if (changed === undefined) await objects.remove(key)
    else await objects.overwrite(key, changed)
    run.note(`${changed === undefined ? 'deleted' : 'damaged'} ${key}`)
    count++
  }
  return count
}
