import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { CompiledProgram, TileRef } from '../../../src/lambdapack/index.ts'
import type { CompleteResult, Coordinator, FailureRecord, Lease } from '../../../src/scheduler/index.ts'

export const workers = ['u', 'v', 'w'] as const
type WorkerName = (typeof workers)[number]

/** A grant, as each of the two coordinators gave it. */
interface Grant {
  readonly worker: WorkerName
  readonly embedded: Lease
  readonly redis: Lease
  /** It was completed, failed or given back: what is said of it now comes late. */
  isOver: boolean
}

/** A `lease` call that waits, with what it gave so far. */
interface Wait {
  readonly worker: WorkerName
  embedded?: readonly Lease[]
  redis?: readonly Lease[]
}

/** What commands know of a run besides the coordinators: who was granted what. */
export interface Model {
  readonly program: CompiledProgram
  readonly embedded: Coordinator
  readonly grants: Grant[]
  readonly waits: Set<Wait>
  /** Whether `lease` may wait: only where no message between clients decides who is first. */
  readonly mayWait: boolean
}

export interface Real {
  /** The client of a worker. */
  redis(worker: WorkerName): Coordinator
  /** Lets time pass for both. */
  advance(ms: number): Promise<void>
}

type Both<T> = readonly [embedded: T, redis: T]
type RunCommand = fc.AsyncCommand<Model, Real, true>

/** A lease without the token, which is each coordinator's own. */
function shown({ token, ...rest }: Lease): Omit<Lease, 'token'> {
  assert.ok(token.length > 0)
  return rest
}

/** Notes leases that must be the same on both sides. */
function take(model: Model, worker: WorkerName, [embedded, redis]: Both<readonly Lease[]>): void {
  assert.deepEqual(redis.map(shown), embedded.map(shown))
  for (const [i, lease] of embedded.entries())
    model.grants.push({ worker, embedded: lease, redis: redis[i]!, isOver: false })
}

/** What anybody can see must be the same after every command. */
async function compare(model: Model, real: Real): Promise<void> {
  const counts = await model.embedded.counts()
  const outcome = await model.embedded.outcome()
  for (const client of new Set(workers.map((name) => real.redis(name)))) {
    const [redisCounts, redisOutcome] = await Promise.all([client.counts(), client.outcome()])
    assert.deepEqual(redisCounts, counts)
    assert.deepEqual(redisOutcome, outcome)
  }
  await new Promise(setImmediate)
  for (const wait of model.waits) {
    assert.equal(
      wait.redis === undefined,
      wait.embedded === undefined,
      `the wait of ${wait.worker} ended on one side only`,
    )
    if (wait.embedded === undefined) continue
    model.waits.delete(wait)
    take(model, wait.worker, [wait.embedded, wait.redis!])
  }
}

/** A command from its text and what it does; both sides are compared after it. */
function command(text: string, run: (model: Model, real: Real) => Promise<void>): RunCommand {
  return {
    check: async () => true,
    run: async (model, real) => {
      await run(model, real)
      await compare(model, real)
    },
    toString: () => text,
  }
}

const worker = fc.constantFrom(...workers)

/** Once in `times` the one, else the other; numbers would be drawn small more often than not. */
function seldom<T>(times: number, one: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 1, arbitrary: one }, { weight: times - 1, arbitrary: other })
}
/** A grant by any number, the latest having the small ones; mostly one that is still to be ended. */
interface Pick {
  readonly at: number
  readonly isLate: boolean
}

const pick: fc.Arbitrary<Pick> = fc.record({
  at: fc.oneof(fc.nat(2), fc.nat(20)),
  isLate: seldom(5, fc.constant(true), fc.constant(false)),
})

const shownPick = ({ at, isLate }: Pick): string => `${isLate ? 'any ' : ''}grant ${at}`

function grantAt({ grants }: Model, { at, isLate }: Pick): Grant | undefined {
  const among = isLate ? grants : grants.filter((grant) => !grant.isOver)
  return among.length === 0 ? undefined : among[among.length - 1 - (at % among.length)]
}

const transient: FailureRecord = { tag: 'StoreUnavailableError', category: 'transient', message: 'no answer' }
const lostTile = { matrix: 'S', index: [1, 2] }

/** Those that end a run are rare, but for lost tiles, which another holder may make good. */
const failure: fc.Arbitrary<FailureRecord> = fc.oneof(
  { weight: 20, arbitrary: fc.constant(transient) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<FailureRecord>(
      { ...transient, lostTile },
      { tag: 'LostTileError', category: 'fatal', message: 'gone', lostTile },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<FailureRecord>(
      { tag: 'KernelError', category: 'fatal', message: 'x' },
      { tag: 'NotPositiveDefiniteError', category: 'numerical', message: 'minor 3', fields: { row: 3 } },
    ),
  },
)

const lease = fc
  .record({ worker, count: fc.integer({ min: 1, max: 4 }), prefer: fc.array(fc.nat(10), { maxLength: 3 }) })
  .map((call) => {
    const { worker: name, count } = call
    return command(`lease(${name}, ${count}, prefer ${call.prefer})`, async (model, real) => {
      const prefer = call.prefer.map((i) => ({ statement: i % 2, vars: [i] }))
      const options = { count, prefer }
      take(model, name, [await model.embedded.lease(name, options), await real.redis(name).lease(name, options)])
    })
  })

const waitingLease = fc
  .record({ worker, count: fc.integer({ min: 1, max: 3 }), waitMs: fc.nat(30).map((n) => 10 * n + 5) })
  .map(({ worker: name, ...options }) =>
    command(`lease(${name}, ${options.count}, waiting ${options.waitMs} ms)`, async (model, real) => {
      const wait: Wait = { worker: name }
      if (!model.mayWait) return
      model.waits.add(wait)
      void model.embedded.lease(name, options).then((leases) => {
        wait.embedded = leases
      })
      void real
        .redis(name)
        .lease(name, options)
        .then((leases) => {
          wait.redis = leases
        })
    }),
  )

/** Tiles named by bits: the results of the task in order, then one that it does not write. */
function namedTiles({ program }: Model, { embedded }: Grant, bits: number): TileRef[] {
  const { writes, reads } = program.detail(embedded.task)
  return [...writes, ...reads.slice(0, 1)]
    .filter((_, i) => (bits & (1 << i)) !== 0)
    .map(({ matrix, index }) => ({ matrix, index }))
}

const completed = ({ leases, ...rest }: CompleteResult) => ({ ...rest, leases: leases.map(shown) })

const complete = fc
  .record({
    pick,
    bits: fc.oneof(fc.constantFrom(0, 0, 3), fc.nat(7)),
    take: fc.nat(3),
    // Now and then somebody else's lease, or the same completion twice.
    by: seldom<WorkerName | undefined>(10, worker, fc.constant(undefined)),
    again: seldom(4, fc.constant(true), fc.constant(false)),
  })
  .map((call) =>
    command(
      `complete(${shownPick(call.pick)}, tiles ${call.bits}, take ${call.take}, ${call.by ?? 'its worker'})`,
      async (model, real) => {
        const grant = grantAt(model, call.pick)
        if (grant === undefined) return
        const name = call.by ?? grant.worker
        const options = { unstored: namedTiles(model, grant, call.bits), take: call.take }
        for (let times = call.again ? 2 : 1; times > 0; times--) {
          const embedded = await model.embedded.complete(name, grant.embedded, options)
          const redis = await real.redis(name).complete(name, grant.redis, options)
          // Tiles are told in any order.
          const sorted = (result: CompleteResult) => ({
            ...completed(result),
            dead: result.dead.map((d) => `${d.matrix}${d.index}`).sort(),
          })
          assert.deepEqual(sorted(redis), sorted(embedded))
          grant.isOver ||= embedded.counted
          take(model, name, [embedded.leases, redis.leases])
        }
      },
    ),
  )

const fail = fc.record({ pick, record: failure }).map(({ pick: at, record }) =>
  command(
    `fail(${shownPick(at)}, ${record.tag}${record.lostTile === undefined ? '' : ' of a tile'})`,
    async (model, real) => {
      const grant = grantAt(model, at)
      if (grant === undefined) return
      const { worker: name, embedded, redis } = grant
      grant.isOver = true
      assert.deepEqual(
        await real.redis(name).fail(name, redis, record),
        await model.embedded.fail(name, embedded, record),
      )
    },
  ),
)

/** Some grants of one worker, old and new. */
const some = fc.record({ worker, picks: fc.array(pick, { minLength: 1, maxLength: 4 }) })

function grantsOf(
  model: Model,
  { worker: name, picks }: { readonly worker: WorkerName; readonly picks: readonly Pick[] },
): Grant[] {
  return [...new Set(picks.flatMap((at) => grantAt(model, at) ?? []))].filter((grant) => grant.worker === name)
}

const renew = some.map((call) =>
  command(`renew(${call.worker}, ${call.picks.map(shownPick)})`, async (model, real) => {
    const grants = grantsOf(model, call)
    const embedded = await model.embedded.renew(
      call.worker,
      grants.map((grant) => grant.embedded),
    )
    assert.deepEqual(
      await real.redis(call.worker).renew(
        call.worker,
        grants.map((grant) => grant.redis),
      ),
      embedded,
    )
  }),
)

const release = some.map((call) =>
  command(`release(${call.worker}, ${call.picks.map(shownPick)})`, async (model, real) => {
    const grants = grantsOf(model, call)
    for (const grant of grants) grant.isOver = true
    await model.embedded.release(
      call.worker,
      grants.map((grant) => grant.embedded),
    )
    await real.redis(call.worker).release(
      call.worker,
      grants.map((grant) => grant.redis),
    )
  }),
)

const crash = worker.map((name) =>
  command(`crash(${name})`, async ({ grants }) => {
    for (let i = grants.length - 1; i >= 0; i--) if (grants[i]!.worker === name) grants.splice(i, 1)
  }),
)

const advance = fc
  .oneof(fc.nat(3), fc.nat(25))
  .map((n) => 10 * n)
  .map((ms) => command(`advance(${ms} ms)`, (_, real) => real.advance(ms)))

const cancel = fc.constant(
  command('cancel()', async (model, real) => {
    await model.embedded.cancel()
    await real.redis('u').cancel()
  }),
)

/** Programs of calls: mostly leases and completions, seldom the end. */
export const programs: fc.Arbitrary<Iterable<RunCommand>> = fc.commands(
  [
    ...[lease, lease, lease, complete, complete, complete, complete],
    ...[waitingLease, fail, renew, release, advance, advance, crash],
    seldom(40, cancel, lease),
  ],
  { maxCommands: 100, size: 'max' },
)

/** Brings a run to its end on both sides, with one worker that does everything. */
export async function finish(model: Model, real: Real): Promise<void> {
  for (let round = 0; (await model.embedded.outcome()).state === 'running'; round++) {
    assert.ok(round < 100, 'the run does not come to its end')
    const before = model.grants.length
    await real.advance(120)
    await compare(model, real)
    const options = { count: 20 }
    take(model, 'u', [await model.embedded.lease('u', options), await real.redis('u').lease('u', options)])
    for (const { embedded, redis } of model.grants.slice(before).filter((grant) => grant.worker === 'u'))
      assert.deepEqual(
        (await real.redis('u').complete('u', redis)).ready,
        (await model.embedded.complete('u', embedded)).ready,
      )
  }
  await compare(model, real)
  assert.deepEqual(await real.redis('w').finished(), await model.embedded.finished())
}
