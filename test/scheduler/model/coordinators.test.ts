/**
 * The embedded coordinator is the model of the one in Redis: random runs and random calls, after each of which all that can be
 * observed is the same. NUMPYWREN_TEST_SEED repeats or varies the calls, NUMPYWREN_TEST_RUNS says how many runs are made.
 */

import test from 'ava'
import fc from 'fast-check'
import {
  connectRedis,
  createEmbeddedCoordinator,
  joinRedisCoordinator,
  openRedisCoordinator,
  type RedisConnection,
} from '../../../src/scheduler/index.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { startRedis } from '../../helpers/servers/redis.ts'
import { finish, type Model, programs, type Real } from './commands.ts'
import { programOf, type Setting, settings } from './setting.ts'

const seed = Number(process.env.NUMPYWREN_TEST_SEED ?? 20_261_123)
const numRuns = Number(process.env.NUMPYWREN_TEST_RUNS ?? 60)

/** Half of the unit in which all times of the commands are. */
const STEP_MS = 5

let connection: RedisConnection
const undo: (() => unknown)[] = []
let runs = 0

test.before(async () => {
  const server = await startRedis({ teardown: (action) => undo.push(action) })
  connection = await connectRedis(server.url)
})

test.after.always(async () => {
  await connection?.close()
  for (const action of undo.reverse()) await action()
})

async function openBoth(setting: Setting): Promise<{ model: Model; real: Real; close(): Promise<void> }> {
  const program = programOf(setting)
  const shared = { ...setting, program, random: () => 0.5 }
  const clocks = [new FakeClock(), new FakeClock()] as const
  const embedded = createEmbeddedCoordinator({ ...shared, clock: clocks[0] })
  const run = { connection, storeUrl: 'memory:', runId: `run${++runs}`, clock: clocks[1] }
  const first = await openRedisCoordinator({ ...shared, ...run })
  const second = setting.clients === 1 ? first : await joinRedisCoordinator({ ...shared, ...run, epoch: first.epoch })
  if (second === undefined) throw new Error('the epoch that was opened cannot be joined')
  return {
    model: { program, embedded, grants: [], waits: new Set(), mayWait: setting.clients === 1 },
    real: {
      redis: (worker) => (worker === 'u' ? first : second),
      advance: async (ms) => {
        // What falls due falls due at whole steps; waiting calls end between them, so that nobody is first by chance.
        for (let passed = 0; passed < ms; passed += STEP_MS) {
          for (const clock of clocks) clock.advance(STEP_MS)
          await Promise.all([first.counts(), second.counts()])
        }
      },
    },
    close: async () => {
      await Promise.all([embedded.close(), first.close(), second.close()])
    },
  }
}

test(`the coordinators cannot be told apart (seed ${seed}, ${numRuns} runs)`, async (t) => {
  const found = await fc.check(
    fc.asyncProperty(settings, programs, async (setting, commands) => {
      const both = await openBoth(setting)
      try {
        await fc.asyncModelRun(() => both, commands)
        await finish(both.model, both.real)
      } finally {
        await both.close()
      }
    }),
    { seed, numRuns },
  )
  if (found.failed) t.log(found.errorInstance)
  t.false(found.failed, fc.defaultReportMessage(found))
})
