import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { InputError } from '../../errors.ts'
import { type CompiledOptions, compileOptions } from '../embedded/options.ts'
import { CoordinatorLostError } from '../errors.ts'
import type { RedisConnection } from './connection.ts'
import type { EpochInfo, JoinRedisOptions, OpenRedisOptions, RedisCoordinator, RunName } from './contract.ts'
import { RedisCoordinatorClient } from './coordinator.ts'
import { epochKeys, wakeChannel } from './keys.ts'
import { Loader } from './loader.ts'
import { parseOutcome, parseRecord } from './reply.ts'
import { TaskFacts } from './task-facts.ts'

/** The keys of a run go when nobody took a turn for so long. */
const KEEP_SECONDS = 7 * 24 * 3600

const configSchema = z.object({ isPartial: z.boolean() })

/**
 * Opens a new epoch of a run in the place of any that is there; clients of that one hear that it is lost. Resolves when the
 * first starters are in the queue; others follow in the background.
 * @throws InputError for an option out of range; CompileError for a cycle, unless priorities are given; CoordinatorUnavailableError
 */
export async function openRedisCoordinator(options: OpenRedisOptions): Promise<RedisCoordinator> {
  const compiled = compileOptions(options)
  const { connection, epoch = randomBytes(9).toString('base64url') } = options
  const run: RunName = { storeUrl: options.storeUrl, runId: options.runId }
  const facts = new TaskFacts({ ...options, priorities: compiled.priorities })
  await takePlace(connection, run, [epoch, String(facts.countTasks()), configText(compiled)])
  const loader = new Loader({ connection, run, epoch }, facts)
  await loader.load(0)
  return new RedisCoordinatorClient({ ...options, run, epoch, facts, loader })
}

/**
 * Joins the epoch that is open.
 * @returns undefined when another epoch is open by now, or none
 * @throws InputError when it is partial and `todo` is missing, or the other way round
 */
export async function joinRedisCoordinator(options: JoinRedisOptions): Promise<RedisCoordinator | undefined> {
  const { connection, epoch, todo } = options
  const run: RunName = { storeUrl: options.storeUrl, runId: options.runId }
  const info = await currentEpoch(connection, run)
  if (info?.epoch !== epoch) return undefined
  if (info.isPartial !== (todo !== undefined))
    throw new InputError(
      `epoch ${epoch} of run ${run.runId} ${info.isPartial ? 'does a part of' : 'does all of'} the program`,
    )
  const { priorities } = compileOptions(options)
  const facts = new TaskFacts({ ...options, priorities })
  const loader = new Loader({ connection, run, epoch }, facts)
  return new RedisCoordinatorClient({ ...options, run, epoch, facts, loader })
}

/** The epoch of a run that Redis knows, be it over; `undefined` when there is none. @throws DamagedStateError when the keys hold something else */
export async function currentEpoch(connection: RedisConnection, run: RunName): Promise<EpochInfo | undefined> {
  const [state = ''] = epochKeys(run)
  const [epoch, config, outcome] = await connection.call((client) => client.hmget(state, 'epoch', 'config', 'outcome'))
  if (typeof epoch !== 'string') return undefined
  const { isPartial } = parseRecord(configSchema, config ?? '', 'the configuration')
  return { epoch, state: parseOutcome(outcome ?? '', () => '').state, isPartial }
}

/** Puts the epoch in the place of whatever is there. A call that comes late, when others took the place, changes nothing. */
async function takePlace(
  connection: RedisConnection,
  run: RunName,
  [epoch, total, config]: readonly [epoch: string, total: string, config: string],
): Promise<void> {
  let replaced = ''
  for (let tries = 0; tries < 10; tries++) {
    const args = [wakeChannel(run), epoch, replaced, total, config]
    const open = String(await connection.call((client) => client.npwOpen(...epochKeys(run), ...args)))
    if (open === epoch) return
    replaced = open
  }
  throw new CoordinatorLostError(run.runId, epoch, 'others open epochs of this run at the same time')
}

/** What the scripts need to know of the options; see lua/shared.lua. */
function configText({ leaseMs, maxAttempts, backoff, stragglers, todo }: CompiledOptions): string {
  return JSON.stringify({
    leaseMs,
    maxAttempts,
    ...backoff,
    ...(stragglers === false ? { minMs: 0 } : stragglers),
    isPartial: todo !== undefined,
    keepSeconds: KEEP_SECONDS,
  })
}
