import type { TestFn } from 'ava'
import { type TileRef, tileId } from '../../src/lambdapack/index.ts'
import type { CompleteResult, Lease } from '../../src/scheduler/index.ts'
import { type ExplicitTask, parseTile } from '../helpers/explicit-program.ts'
import { ids, one, type Start, taskIds } from './coordinator-tools.ts'

const task = (i: number, reads: readonly string[], writes: readonly string[]): ExplicitTask => ({
  vars: [i],
  kernel: 'k',
  reads,
  writes,
})

const tiles = (...texts: string[]): TileRef[] => texts.map(parseTile)

/** 0 writes S[0], which 1 and 2 read; 3 reads what they write. */
const diamond = [task(0, [], ['S[0]']), task(1, ['S[0]'], ['S[1]']), task(2, ['S[0]'], ['S[2]'])].concat(
  task(3, ['S[1]', 'S[2]'], ['O[3]']),
)

/** 1 reads the tile of 0 and that of 2, which nothing makes ready. */
const join = [task(0, [], ['S[0]']), task(1, ['S[0]', 'S[2]'], ['O[1]']), task(2, [], ['S[2]'])]

/** Completions that keep tiles in the memory of their worker. */
export function unstoredConformance(test: TestFn, name: string, start: Start): void {
  const kept = ({ counted, publish, leases, ready }: CompleteResult) => ({
    counted,
    publish: publish.map(tileId),
    leases: ids(leases),
    ready: taskIds(ready),
  })
  const counts = (leases: string[], ready: string[] = []) => ({ counted: true, publish: [], leases, ready })
  const refused = (...publish: string[]) => ({ counted: false, publish, leases: [], ready: [] })

  test(`${name}: a tile may stay in memory when all its readers go to the worker at once`, async (t) => {
    const { coordinator, advance } = await start(diamond)
    const result = await coordinator.complete('w', await one(coordinator), { unstored: tiles('S[0]'), take: 2 })
    t.deepEqual(kept(result), counts(['0:1', '0:2']))
    t.deepEqual(await coordinator.counts(), { total: 4, ready: 0, leased: 2, done: 1 })
    t.deepEqual(await coordinator.lease('v', { count: 9 }), [], 'nobody else gets them')
    const [first, second] = result.leases
    t.like(first, { task: { statement: 0, vars: [1] }, attempt: 1, backup: false, soleReads: [] })
    t.deepEqual(await coordinator.renew('w', result.leases), [])
    t.deepEqual((await coordinator.complete('w', first!)).dead, [])
    const chained = await coordinator.complete('w', second!, { unstored: tiles('S[2]'), take: 1 })
    t.deepEqual(kept(chained), counts(['0:3']))
    t.deepEqual(chained.dead.map(tileId), ['S[0]'])
    t.deepEqual(chained.leases[0]?.soleReads, [0, 1])
    await advance(1100)
    t.deepEqual(ids(await coordinator.lease('v', { count: 9 })), ['0:3'], 'such a lease expires as any other')
  })

  test(`${name}: readers that do not fit change nothing, and the tile is to be stored`, async (t) => {
    const { coordinator } = await start(diamond)
    const lease = await one(coordinator)
    for (const take of [undefined, 0, 1])
      t.deepEqual(
        kept(await coordinator.complete('w', lease, { unstored: tiles('S[0]'), take })),
        refused('S[0]'),
        `${take}`,
      )
    t.deepEqual(await coordinator.counts(), { total: 4, ready: 0, leased: 1, done: 0 })
    t.deepEqual(await coordinator.renew('w', [lease]), [], 'the lease is held as before')
    t.deepEqual(kept(await coordinator.complete('w', lease)), counts([], ['0:1', '0:2']))
  })

  test(`${name}: a reader that waits for another task too keeps nothing in memory, until it waits no more`, async (t) => {
    const { coordinator } = await start(join)
    const [first, second] = await coordinator.lease('w', { count: 2 })
    const unstored = tiles('S[0]')
    t.deepEqual(kept(await coordinator.complete('w', first!, { unstored, take: 9 })), refused('S[0]'))
    t.true((await coordinator.complete('w', second!)).counted)
    t.deepEqual(kept(await coordinator.complete('w', first!, { unstored, take: 9 })), counts(['0:1']))
  })

  test(`${name}: a tile that nobody reads may stay, and is dead at once`, async (t) => {
    const { coordinator } = await start([task(0, [], ['S[0]', 'S[1]']), task(1, ['S[1]'], ['O[1]'])])
    const result = await coordinator.complete('w', await one(coordinator), { unstored: tiles('S[0]') })
    t.deepEqual(kept(result), counts([], ['0:1']))
    t.deepEqual(result.dead.map(tileId), ['S[0]'])
  })

  test(`${name}: readers are those that are to be done in this run`, async (t) => {
    const { coordinator } = await start(diamond, { todo: new Set(['0:0', '0:2', '0:3']) })
    const first = await one(coordinator)
    const result = await coordinator.complete('w', first, { unstored: tiles('S[0]'), take: 1 })
    t.deepEqual(kept(result), counts(['0:2']))
    const next = await coordinator.complete('w', result.leases[0]!, { unstored: tiles('S[2]'), take: 1 })
    t.deepEqual(kept(next), counts(['0:3']), 'the other operand lies in the store')
  })

  test(`${name}: each tile is decided on its own, in order, and a reader of two counts once`, async (t) => {
    const program = [
      task(0, [], ['S[1]', 'S[2]', 'S[3]', 'S[4]']),
      task(1, ['S[1]', 'S[2]'], ['O[1]']),
      task(2, ['S[3]'], ['O[2]']),
      task(3, ['S[4]', 'S[9]'], ['O[3]']),
      task(4, [], ['S[9]']),
    ]
    const open = async (take: number, ...unstored: string[]) => {
      const { coordinator } = await start(program, { priorities: new Map([['0:2', 1]]) })
      const lease = await one(coordinator)
      return kept(await coordinator.complete('w', lease, { unstored: tiles(...unstored), take }))
    }
    t.deepEqual(await open(1, 'S[1]', 'S[2]', 'S[3]', 'S[4]'), refused('S[3]', 'S[4]'))
    t.deepEqual(await open(1, 'S[3]', 'S[2]', 'S[1]'), refused('S[2]', 'S[1]'))
    t.deepEqual(await open(9, 'S[4]', 'S[1]'), refused('S[4]'))
    t.deepEqual(await open(1, 'S[1]', 'S[2]'), counts(['0:1'], ['0:2']))
    t.deepEqual(await open(2, 'S[1]', 'S[3]'), counts(['0:2', '0:1']), 'best first')
  })

  test(`${name}: outputs, inputs and tiles of other tasks cannot stay`, async (t) => {
    const { coordinator } = await start([task(0, ['I[0]'], ['O[0]', 'S[0]']), task(1, ['I[0]'], ['S[1]'])])
    const unstored = tiles('O[0]', 'I[0]', 'S[1]', 'S[0]', 'S[7]')
    const result = await coordinator.complete('w', await one(coordinator), { unstored, take: 9 })
    t.deepEqual(kept(result), refused('O[0]', 'I[0]', 'S[1]', 'S[7]'))
  })

  test(`${name}: what does not count asks for nothing`, async (t) => {
    const { coordinator, advance } = await start(diamond)
    const unstored = tiles('S[0]')
    const old = await one(coordinator, 'old')
    await advance(1500)
    const lease = await one(coordinator)
    t.deepEqual(kept(await coordinator.complete('old', old, { unstored })), refused(), 'lost')
    t.true((await coordinator.complete('w', lease)).counted)
    t.deepEqual(kept(await coordinator.complete('w', lease, { unstored, take: 9 })), refused(), 'done')
    await coordinator.cancel()
    t.deepEqual(kept(await coordinator.complete('w', lease, { unstored })), refused(), 'over')
  })

  test(`${name}: a late completion may keep its tile, while nobody was given the task`, async (t) => {
    const { coordinator, advance } = await start(diamond)
    const lease = await one(coordinator)
    await advance(1500)
    const result = await coordinator.complete('w', lease, { unstored: tiles('S[0]'), take: 2 })
    t.deepEqual(kept(result), counts(['0:1', '0:2']))
  })

  test(`${name}: of a straggler and its backup, who is first keeps its tile and the readers`, async (t) => {
    const stragglers = { factor: 1, minSamples: 1, minMs: 10 }
    const chain = [task(0, [], ['O[0]']), task(1, [], ['S[1]']), task(2, ['S[1]'], ['O[2]'])]
    const priorities = new Map([['0:0', 1]])
    const { coordinator, advance } = await start(chain, { stragglers, priorities })
    await coordinator.complete('quick', await one(coordinator, 'quick'))
    const slow = await one(coordinator, 'slow')
    await advance(50)
    const backup: Lease = await one(coordinator, 'quick')
    t.true(backup.backup)
    const unstored = tiles('S[1]')
    t.deepEqual(kept(await coordinator.complete('quick', backup, { unstored })), refused('S[1]'))
    t.deepEqual(kept(await coordinator.complete('slow', slow, { unstored, take: 1 })), counts(['0:2']))
    t.deepEqual(kept(await coordinator.complete('quick', backup, { unstored, take: 1 })), refused())
  })

  test(`${name}: tasks kept for a worker are not handed to those that wait`, async (t) => {
    const { coordinator } = await start(diamond)
    const lease = await one(coordinator)
    const waiting = coordinator.lease('v', { count: 9, waitMs: 60_000 })
    const result = await coordinator.complete('w', lease, { unstored: tiles('S[0]'), take: 2 })
    t.deepEqual(ids(result.leases), ['0:1', '0:2'])
    await coordinator.release('w', result.leases.slice(1))
    t.deepEqual(ids(await waiting), ['0:2'])
  })
}
