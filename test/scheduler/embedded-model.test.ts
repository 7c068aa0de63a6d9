import test from 'ava'
import fc from 'fast-check'
import { type Task, taskId, tileId } from '../../src/lambdapack/index.ts'
import { createEmbeddedCoordinator, type Lease } from '../../src/scheduler/index.ts'
import { type ExplicitTask, explicitProgram } from '../helpers/explicit-program.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

const leaseMs = 100

/** A random graph: task i writes S[i] and reads tiles of some tasks before it. */
const graph = fc
  .integer({ min: 1, max: 14 })
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, i) =>
        fc.uniqueArray(fc.integer({ min: 0, max: Math.max(0, i - 1) }), { maxLength: i === 0 ? 0 : 4 }),
      ),
    ),
  )

const worker = fc.constantFrom('u', 'v', 'w')
const which = fc.nat(30)
const step = fc.oneof(
  fc.record({ do: fc.constant('lease' as const), worker, which: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constantFrom('complete', 'complete', 'renew', 'fail', 'release'), worker, which }),
  fc.record({ do: fc.constant('wait'), worker, which: fc.integer({ min: 0, max: 70 }) }),
)

interface Granted {
  readonly worker: string
  readonly lease: Lease
}

/** What must always hold, said without queues and counters: over sets of done tasks and grants in force. */
class Model {
  readonly done = new Set<string>()
  readonly buried = new Set<string>()
  readonly granted: Granted[] = []
  /** Grants in force and when they end. */
  readonly live = new Map<string, { readonly token: string; until: number }>()
  readonly parents: readonly (readonly number[])[]

  constructor(parents: readonly (readonly number[])[]) {
    this.parents = parents
  }

  isReadable(index: number): boolean {
    return this.parents[index]!.every((parent) => this.done.has(`0:${parent}`))
  }

  readersLeft(index: number): number {
    return this.parents.filter((reads, reader) => reads.includes(index) && !this.done.has(`0:${reader}`)).length
  }
}

test('leases, completions and dead tiles obey the rules in any order of calls', async (t) => {
  await fc.assert(
    fc.asyncProperty(graph, fc.array(step, { maxLength: 80 }), async (parents, steps) => {
      const tasks: ExplicitTask[] = parents.map((reads, i) => ({
        vars: [i],
        kernel: 'k',
        reads: reads.map((parent) => `S[${parent}]`),
        writes: [`S[${i}]`],
      }))
      const clock = new FakeClock()
      const coordinator = createEmbeddedCoordinator({
        program: explicitProgram(tasks, { S: 'intermediate' }),
        leaseMs,
        maxAttempts: 1000,
        backoff: { baseMs: 10, capMs: 40 },
        stragglers: false,
        clock,
      })
      const model = new Model(parents)
      const lease = async (name: string, count: number): Promise<void> => {
        for (const granted of await coordinator.lease(name, { count })) {
          const index = granted.task.vars[0]!
          const live = model.live.get(granted.id)
          t.false(model.done.has(granted.id), 'a task that is done is not granted')
          t.true(model.isReadable(index), 'all parents are done')
          t.true(live === undefined || live.until <= clock.now(), 'nobody holds it')
          for (const position of granted.soleReads) t.is(model.readersLeft(parents[index]![position]!), 1)
          model.live.set(granted.id, { token: granted.token, until: clock.now() + leaseMs })
          model.granted.push({ worker: name, lease: granted })
        }
      }
      const complete = async ({ worker: name, lease: held }: Granted): Promise<void> => {
        const live = model.live.get(held.id)
        const { counted, ready, dead } = await coordinator.complete(name, held)
        t.is(counted, !model.done.has(held.id) && live?.token === held.token, 'counts once, and for its holder')
        if (!counted) return
        model.done.add(held.id)
        model.live.delete(held.id)
        t.true(ready.every((task: Task) => model.isReadable(task.vars[0]!) && !model.done.has(taskId(task))))
        for (const tile of dead) {
          t.is(model.readersLeft(tile.index[0]!), 0)
          t.false(model.buried.has(tileId(tile)), 'a tile dies once')
          model.buried.add(tileId(tile))
        }
      }
      for (const { do: action, worker: name, which: at } of steps) {
        const grant = model.granted[at % Math.max(1, model.granted.length)]
        if (action === 'lease') await lease(name, at)
        else if (action === 'wait') clock.advance(at)
        else if (grant === undefined) continue
        else {
          const live = model.live.get(grant.lease.id)
          const isHeld = live?.token === grant.lease.token && live.until > clock.now()
          if (action === 'complete') await complete(grant)
          else if (action === 'renew') {
            t.deepEqual(await coordinator.renew(grant.worker, [grant.lease]), isHeld ? [] : [grant.lease.id])
            if (isHeld) live.until = clock.now() + leaseMs
          } else {
            if (action === 'release') await coordinator.release(grant.worker, [grant.lease])
            else {
              const failure = { tag: 'X', category: 'transient', message: 'x' } as const
              t.is((await coordinator.fail(grant.worker, grant.lease, failure)).willRetry, isHeld)
            }
            if (isHeld) model.live.delete(grant.lease.id)
          }
        }
        t.is((await coordinator.counts()).done, model.done.size)
      }
      for (let round = 0; model.done.size < parents.length; round++) {
        if (round > 100) return t.fail('the run does not come to its end')
        clock.advance(leaseMs + 50)
        const before = model.granted.length
        await lease('last', 100)
        for (const grant of model.granted.slice(before)) await complete(grant)
      }
      t.deepEqual(await coordinator.finished(), { state: 'done' })
      t.is(model.buried.size, parents.length, 'every intermediate tile died')
    }),
    { numRuns: 150 },
  )
})
