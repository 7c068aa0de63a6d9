import { z } from 'zod'
import { taskId } from '../../lambdapack/index.ts'
import type { RunOutcome } from '../coordinator.ts'
import { exhausted, stuck } from '../embedded/failures.ts'
import { failureRecordSchema } from '../failure.ts'
import { decodeTask } from './codes.ts'
import { DamagedStateError } from './errors.ts'

/** Lua cannot tell an empty list from an empty object. */
function list<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z.preprocess((value) => (isEmptyObject(value) ? [] : value), z.array(item))
}

const place: z.ZodType<number> = z.int().nonnegative()
const places: z.ZodType<number[]> = list(place)
/** Milliseconds as a text: as a number the server would round it. */
const time: z.ZodType<number> = z.string().transform(Number)

/** Code, token, attempt, end (ms), whether it is a backup, positions of sole reads joined by commas. */
export type LeaseReply = [string, string, number, number, 0 | 1, string]
const leaseReply: z.ZodType<LeaseReply> = z.tuple([z.string(), z.string(), place, time, z.literal([0, 1]), z.string()])
export const leasesReply: z.ZodType<LeaseReply[]> = list(leaseReply)
export const renewReply: z.ZodType<number[]> = places
export const failReply: z.ZodType<0 | 1> = z.literal([0, 1])
export const countsReply: z.ZodType<[number, number, number, number]> = z.tuple([place, place, place, place])
/** See lua/complete.lua. */
export type CompleteReply = [0] | [0, number[]] | [1, number[], number[], LeaseReply[]]
export const completeReply: z.ZodType<CompleteReply> = z.union([
  z.tuple([z.literal(0)]),
  z.tuple([z.literal(0), places]),
  z.tuple([z.literal(1), places, places, leasesReply]),
])

/** What a turn gives: times in ms of the server (or the test's clock). */
export interface TurnReply {
  readonly now: number
  readonly leaseMs: number
  /** JSON; empty while the run goes on. */
  readonly outcome: string
  /** Starters in the queue, or `all`. */
  readonly loaded: string
  /** When something falls due for which a waiting call may be waiting; -1 for never. */
  readonly due: number
  readonly results: readonly unknown[]
}

const turnReply: z.ZodType<TurnReply> = z.object({
  now: time,
  leaseMs: z.number(),
  outcome: z.string(),
  loaded: z.string(),
  due: time,
  results: list(z.unknown()),
})

const outcomeSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done') }),
  z.object({ state: z.literal('cancelled') }),
  z.object({ state: z.literal('stuck'), left: place }),
  z.object({ state: z.literal('failed'), code: z.string(), attempts: place, failure: z.string() }),
  z.object({
    state: z.literal('exhausted'),
    code: z.string(),
    kernel: z.string(),
    attempts: place,
    failure: z.string(),
  }),
])

/** @throws DamagedStateError when the text is not what turn.lua replies */
export function parseTurnReply(text: string): TurnReply {
  return parseRecord(turnReply, text, 'a reply')
}

/** The outcome as kept in Redis. @param firstTask names a task for a run that is stuck @throws DamagedStateError for a record that none of ours wrote */
export function parseOutcome(text: string, firstTask: () => string): RunOutcome {
  if (text === '') return { state: 'running' }
  const outcome = parseRecord(outcomeSchema, text, 'the outcome')
  if (outcome.state === 'done' || outcome.state === 'cancelled') return { state: outcome.state }
  if (outcome.state === 'stuck') return stuck(firstTask(), outcome.left)
  const { attempts } = outcome
  const id = taskId(decodeTask(outcome.code))
  const failure = parseRecord(failureRecordSchema, outcome.failure, 'the failure')
  if (outcome.state === 'failed') return { state: 'failed', taskId: id, failure, attempts }
  return { state: 'failed', taskId: id, failure: exhausted({ id, attempts }, outcome.kernel, failure), attempts }
}

/** A text read back from Redis, checked. @throws DamagedStateError */
export function parseRecord<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new DamagedStateError(`${what} in Redis is no JSON`, { cause: error })
  }
  return checkValue(schema, value, what)
}

/** @throws DamagedStateError */
export function checkValue<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new DamagedStateError(`${what} in Redis is not as expected: ${z.prettifyError(result.error)}`)
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
