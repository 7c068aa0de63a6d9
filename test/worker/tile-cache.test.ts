import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { TileEvent } from '../../src/events/index.ts'
import type { TileRef } from '../../src/lambdapack/index.ts'
import { BigMatrix, fullTile, tileOver } from '../../src/matrix/index.ts'
import { MemoryStore, StoreFullError } from '../../src/storage/index.ts'
import { BufferPool } from '../../src/worker/buffer-pool.ts'
import type { MatrixBinding } from '../../src/worker/index.ts'
import { TileCache } from '../../src/worker/tile-cache.ts'
import { TileIo } from '../../src/worker/tile-io.ts'
import { type Faults, FaultyStore } from '../helpers/faulty-store.ts'

const layout = { shape: [8, 8], tile: [2, 2], dtype: 'float64' as const }

/** A cache over an array S of 4x4 tiles of 2x2, with room for `tiles` of them. */
async function setUp(tiles: number, faults: Faults = {}) {
  const plain = new MemoryStore()
  const reads: string[] = []
  const store = new FaultyStore(plain, {
    ...faults,
    beforeGet: async (key) => {
      if (key.includes('/c/')) reads.push(key)
      await faults.beforeGet?.(key)
    },
  })
  const array = await BigMatrix.create(store, 'S', layout)
  const pool = new BufferPool(tiles * array.tileBytes)
  const events: TileEvent[] = []
  const sink = { emit: (event: unknown): void => void events.push(event as TileEvent) }
  const io = new TileIo({ events: sink, checkFinite: true })
  const cache = new TileCache({ pool, io, events: sink })
  const binding: MatrixBinding = { role: 'intermediate', array, absentIsFill: false }
  const at = (i: number, j: number): TileRef => ({ matrix: 'S', index: [i, j] })
  const pin = (ref: TileRef) => cache.pin(ref, binding, () => true)
  const make = async (value: number) => {
    const tile = tileOver(await cache.acquire(array.tileBytes), layout, { rows: 2, cols: 2 })
    tile.data.fill(value)
    return tile
  }
  const insert = async (ref: TileRef, value: number, stored = false): Promise<void> => {
    cache.insert(ref, binding, { tile: await make(value), pooled: true, stored })
  }
  return { array, pool, cache, binding, events, reads, at, pin, insert, ld: fullTile(layout).rows }
}

test('reads of one tile at the same time are one read', async (t) => {
  const { array, reads, at, pin } = await setUp(4)
  await array.putTile([0, 1], { data: Float64Array.of(1, 2, 3, 4), rows: 2, cols: 2, ld: 2 })
  const pins = await Promise.all([1, 2, 3].map(() => pin(at(0, 1))))
  t.is(reads.length, 1)
  t.deepEqual(
    pins.map((p) => p.bytesRead),
    [array.tileBytes, 0, 0],
  )
  t.is(pins[0]?.entry.pins, 3)
  t.deepEqual([...pins[0]!.entry.tile.data], [1, 2, 3, 4])
  t.is((await pin(at(0, 1))).bytesRead, 0)
})

test('a failed read fails everybody who waits for it and leaves nothing behind', async (t) => {
  const { pool, at, pin } = await setUp(4)
  const results = await Promise.allSettled([1, 2].map(() => pin(at(3, 3))))
  for (const result of results) t.is((result as PromiseRejectedResult).reason._tag, 'LostTileError')
  t.is(pool.usedBytes, 0)
})

test('the least recently used clean tile goes first; pinned tiles stay', async (t) => {
  const { cache, at, pin, insert } = await setUp(3)
  for (const j of [0, 1, 2]) await insert(at(0, j), j, true)
  const { entry } = await pin(at(0, 0))
  cache.unpin(entry)
  const pinned = await pin(at(0, 1))
  await insert(at(1, 0), 9, true)
  t.deepEqual(
    [0, 1, 2].map((j) => cache.has(`S[0,${j}]`)),
    [true, true, false],
    'S[0,1] was older than S[0,2] but is held',
  )
  cache.unpin(pinned.entry)
})

test('a dirty tile is written before it goes and read back with the same bits', async (t) => {
  const { array, cache, events, at, pin, insert } = await setUp(2)
  await insert(at(0, 0), Math.PI)
  await insert(at(0, 1), 1)
  t.is(cache.dirtyBytes, 2 * array.tileBytes)
  await insert(at(0, 2), 2)
  t.false(cache.has('S[0,0]'))
  t.true(await array.hasTile([0, 0]))
  t.like(events[0], { type: 'tile', what: 'spilled', tile: 'S[0,0]' })
  const { entry } = await pin(at(0, 0))
  t.deepEqual([...entry.tile.data], [Math.PI, Math.PI, Math.PI, Math.PI])
})

test('a tile pinned while it is spilled stays', async (t) => {
  const { array, cache, at, pin, insert } = await setUp(2, { beforePut: () => sleep(20) })
  await insert(at(0, 0), 1)
  await insert(at(0, 1), 2)
  const buffer = cache.acquire(array.tileBytes)
  await sleep(5)
  const { entry } = await pin(at(0, 0))
  t.false(cache.donate(entry, array.tileBytes, 2), 'never while it is being written')
  cache.giveBack(await buffer)
  t.true(cache.has('S[0,0]'))
  t.false(cache.has('S[0,1]'))
  t.true(cache.donate(entry, array.tileBytes, 2), 'the write is over')
})

test('a spill that fails fails who wanted the room, and the tile stays', async (t) => {
  const { array, cache, at, insert } = await setUp(1, {
    beforePut: (key) => {
      if (key.includes('/c/')) throw new StoreFullError({ operation: 'write', url: 'memory://' })
    },
  })
  await insert(at(0, 0), 1)
  await t.throwsAsync(cache.acquire(array.tileBytes), { name: 'StoreFullError' })
  t.true(cache.has('S[0,0]'))
})

test('only a tile that nobody else holds, of the right size, is donated', async (t) => {
  const { array, cache, pool, at, pin, insert, ld } = await setUp(4)
  await insert(at(0, 0), 1)
  const { entry } = await pin(at(0, 0))
  await pin(at(0, 0))
  t.false(cache.donate(entry, array.tileBytes, ld), 'held twice')
  cache.unpin(entry)
  t.false(cache.donate(entry, array.tileBytes + 8, ld), 'another size')
  t.false(cache.donate(entry, array.tileBytes, ld + 1), 'another leading dimension')
  t.true(cache.donate(entry, array.tileBytes, ld))
  t.false(cache.has('S[0,0]'))
  cache.unpin(entry)
  t.is(pool.usedBytes, array.tileBytes, 'the buffer belongs to whom it was donated')
  t.is(cache.dirtyBytes, 0)
})

test('a dead tile goes with its last pin', async (t) => {
  const { cache, pool, at, pin, insert } = await setUp(4)
  await insert(at(0, 0), 1)
  const { entry } = await pin(at(0, 0))
  t.false(cache.drop('S[0,0]'), 'it never came to the store')
  t.true(cache.has('S[0,0]'))
  cache.unpin(entry)
  t.false(cache.has('S[0,0]'))
  t.is(pool.usedBytes, 0)
  await insert(at(0, 1), 1, true)
  t.true(cache.drop('S[0,1]'), 'the store has it')
})

test('who waits for room gets it when a tile is let go', async (t) => {
  const { array, cache, at, pin, insert } = await setUp(1)
  await insert(at(0, 0), 1, true)
  const { entry } = await pin(at(0, 0))
  let got = false
  const waiting = cache.acquire(array.tileBytes).then(() => {
    got = true
  })
  await sleep(5)
  t.false(got)
  cache.unpin(entry)
  await waiting
  t.true(got)
})
