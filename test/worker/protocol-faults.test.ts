import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { BigMatrix } from '../../src/matrix/index.ts'
import { planRecovery } from '../../src/run/recovery.ts'
import { type Coordinator, createEmbeddedCoordinator, type Lease } from '../../src/scheduler/index.ts'
import { type GetOptions, MemoryStore, type Store } from '../../src/storage/index.ts'
import { type CholeskyProblem, choleskyProblem, lowerHalf, runCholesky } from '../helpers/cholesky-run.ts'
import { everyNth, FaultyStore } from '../helpers/faulty-store.ts'
import { gatedKernels } from '../helpers/gated-kernels.ts'
import { type Interposed, interpose } from '../helpers/interpose.ts'

// What networks do between workers of several processes, their coordinator and their store.

const n = 75
const nb = 16

async function reference(): Promise<Float64Array> {
  const problem = await choleskyProblem(n, nb)
  await runCholesky(problem)
  return lowerHalf(problem.L, n)
}

/** Two workers to the end, planning again after lost tiles as a driver does; the bits must be right. */
async function runToEnd(
  t: ExecutionContext,
  problem: CholeskyProblem,
  options: { readonly leaseMs?: number; readonly calls?: () => Interposed; readonly store?: Store } = {},
): Promise<{ readonly plans: number }> {
  const { program, matrices } = problem
  const suspects = new Set<string>()
  let todo: ReadonlySet<string> | undefined
  for (let plans = 1; ; plans++) {
    const coordinator = createEmbeddedCoordinator({
      program,
      todo,
      leaseMs: options.leaseMs,
      maxAttempts: 1000,
      backoff: { baseMs: 1, capMs: 5 },
      stragglers: { factor: 2, minSamples: 2, minMs: 20 },
    })
    await Promise.all(
      ['w0', 'w1'].map((id) =>
        runCholesky(problem, {
          id,
          coordinator: interpose(coordinator, options.calls?.() ?? {}),
          sharesMemory: false,
          slots: 1,
          prefetch: 2,
        }),
      ),
    )
    const outcome = await coordinator.outcome()
    if (outcome.state === 'done') {
      const L = options.store === undefined ? problem.L : await BigMatrix.open(options.store, 'L')
      t.deepEqual(await lowerHalf(L, n), await reference())
      return { plans }
    }
    if (outcome.state !== 'failed' || outcome.failure.lostTile === undefined || plans > 50)
      throw new Error(JSON.stringify(outcome))
    suspects.add(`${outcome.failure.lostTile.matrix}[${outcome.failure.lostTile.index}]`)
    todo = await planRecovery({ program, matrices, verify: false, suspects, onDamaged: () => undefined })
  }
}

test('leases that are delivered twice', async (t) => {
  const calls = (): Interposed => {
    let earlier: readonly Lease[] = []
    return {
      async lease(target, ...args) {
        const leases = await target.lease(...args)
        const again = earlier
        earlier = leases
        return [...leases, ...again]
      },
    }
  }
  await runToEnd(t, await choleskyProblem(n, nb), { calls })
})

test('leases whose delivery is lost', async (t) => {
  let lost = 0
  const calls = (): Interposed => {
    let asked = 0
    return {
      async lease(target, ...args) {
        const leases = await target.lease(...args)
        if (leases.length === 0 || ++asked % 3 !== 0) return leases
        lost++
        return []
      },
    }
  }
  await runToEnd(t, await choleskyProblem(n, nb), { calls, leaseMs: 500 })
  t.true(lost > 0)
})

test('completions that arrive twice', async (t) => {
  const calls = (): Interposed => ({
    async complete(target, ...args) {
      const first = await target.complete(...args)
      await target.complete(...args)
      return first
    },
  })
  const { plans } = await runToEnd(t, await choleskyProblem(n, nb), { calls })
  t.is(plans, 1)
})

test('completions that are sent again because the first answer was lost, with all that came with it', async (t) => {
  // Not without end: a plan of four tasks would lose the same answer each time.
  let completions = 0
  let lost = 0
  const calls = (): Interposed => ({
    async complete(target, ...args) {
      const first = await target.complete(...args)
      if (++completions % 4 !== 0 || lost === 12) return first
      lost++
      return target.complete(...args)
    },
  })
  await runToEnd(t, await choleskyProblem(n, nb), { calls, leaseMs: 500 })
  t.true(lost > 0)
})

test('renewals that are lost', async (t) => {
  let lost = 0
  const calls = (): Interposed => ({
    async renew(target, ...args) {
      if (lost++ % 2 === 0) throw new Error('the connection was reset')
      return target.renew(...args)
    },
  })
  const problem = await choleskyProblem(n, nb, {
    through: (store) => new FaultyStore(store, { beforePut: () => sleep(60) }),
  })
  await runToEnd(t, problem, { calls, leaseMs: 150 })
  t.true(lost > 0)
})

test('a store that throttles: every second write and every third read is refused', async (t) => {
  const plain = new MemoryStore()
  const problem = await choleskyProblem(n, nb, {
    store: plain,
    through: (store) => {
      const fail = everyNth(3, 'read', store.url)
      return new FaultyStore(store, {
        beforePut: everyNth(2, 'write', store.url),
        beforeGet: (key) => {
          if (!key.endsWith('zarr.json')) fail()
        },
      })
    },
  })
  await runToEnd(t, problem, { store: plain })
})

/** Cuts the bodies of tiles short, by the number of times that each was read. */
class CuttingStore extends FaultyStore {
  cut = 0
  readonly #isCut: (key: string, time: number) => boolean
  readonly #times = new Map<string, number>()

  constructor(store: Store, isCut: (key: string, time: number) => boolean) {
    super(store, {})
    this.#isCut = isCut
  }

  override async get(key: string, options?: GetOptions): Promise<Uint8Array | undefined> {
    const bytes = await super.get(key, options)
    const time = (this.#times.get(key) ?? 0) + 1
    this.#times.set(key, time)
    if (bytes === undefined || !key.includes('/c/') || !this.#isCut(key, time)) return bytes
    this.cut++
    return bytes.subarray(0, bytes.length / 2)
  }
}

test('bodies that are cut short are read again', async (t) => {
  const plain = new MemoryStore()
  const store = new CuttingStore(plain, (_, time) => time === 1)
  const { plans } = await runToEnd(t, await choleskyProblem(n, nb, { store }), { store: plain })
  t.true(store.cut > 0)
  t.is(plans, 1)
})

test('bodies that are cut short twice are tiles lost, never used', async (t) => {
  const store = new CuttingStore(new MemoryStore(), (key) => key.startsWith('S/'))
  const problem = await choleskyProblem(n, nb, { store })
  const coordinator = createEmbeddedCoordinator({ program: problem.program, backoff: { baseMs: 1, capMs: 1 } })
  const { outcome } = await runCholesky(problem, {
    coordinator,
    durability: 'full',
    memoryBytes: 5 * (nb * nb * 8 + 4),
    slots: 1,
  })
  if (outcome.state !== 'failed') return t.fail(outcome.state)
  t.is(outcome.failure.tag, 'LostTileError')
  t.true(store.cut >= 2)
})

test('one call renews all leases of a worker, however many there are', async (t) => {
  const problem = await choleskyProblem(100, 4)
  const coordinator: Coordinator = createEmbeddedCoordinator({
    program: problem.program,
    leaseMs: 1500,
    stragglers: false,
  })
  const renewed: number[] = []
  const stop = new AbortController()
  let free = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    free = resolve
  })
  const { reason } = await runCholesky(problem, {
    coordinator: interpose(coordinator, {
      async renew(target, worker, leases) {
        const lost = await target.renew(worker, leases)
        renewed.push(leases.length - lost.length)
        if (renewed.filter((count) => count >= 250).length < 3) return lost
        stop.abort()
        free()
        return lost
      },
    }),
    kernels: gatedKernels((kernel) => (/syrk|gemm/.test(kernel) ? gate : Promise.resolve())),
    signal: stop.signal,
    slots: 400,
    prefetch: 0,
  })
  t.is(reason, 'drained')
  t.true(renewed.length < 30, `${renewed}`)
  t.is((await coordinator.counts()).leased, 0)
})
