import { z } from 'zod'
import { runEventSchema } from '../../events/index.ts'
import { failureRecordSchema } from '../../scheduler/index.ts'
import {
  type BatchTask,
  type FunctionAnswer,
  type FunctionRequest,
  PROTOCOL_VERSION,
  type PullLoss,
  type PullReport,
  type SandboxFacts,
  type TaskAnswer,
} from './messages.ts'

/** No batch is as large; what is larger is no batch of ours. */
export const MAX_TASKS = 20_000
/** Workers of one tree. */
export const MAX_WIDTH = 100_000
export const MAX_ARITY = 1000

const name = z
  .string()
  .max(150)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "wanted letters, digits, '.', '_' and '-'")
const count = z.int().nonnegative()
const positive = z.int().positive()
const time = z.number().nonnegative()
const version = z.literal(PROTOCOL_VERSION)
const url = z.string().min(1).max(4096)
const taskName = z
  .string()
  .max(300)
  .regex(/^\d+:(-?\d+(,-?\d+)*)?$/, 'it is no id of a task')

/** Also its name may not hold a password: it is repeated in messages. */
const coordinatorUrl = url.refine((text) => !hasPassword(text), {
  error:
    'a coordinator in a request may have no password: give the function a secret instead (deploy --coordinator-secret)',
})

function hasPassword(text: string): boolean {
  // What cannot be read as a URL is refused as soon as it has anything before an '@'.
  return URL.canParse(text) ? new URL(text).password !== '' : text.includes('@')
}

const batchTask: z.ZodType<BatchTask> = z.object({
  id: taskName,
  attempt: positive,
  backup: z.boolean(),
  priority: z.number(),
})

const limits = { slots: z.exactOptional(positive), memoryBytes: z.exactOptional(positive) }

export const requestSchema: z.ZodType<FunctionRequest> = z.discriminatedUnion('kind', [
  z.object({
    version,
    kind: z.literal('batch'),
    invocation: name,
    store: url,
    run: name,
    round: name,
    worker: name,
    tasks: z
      .array(batchTask)
      .min(1)
      .max(MAX_TASKS)
      .refine((tasks) => new Set(tasks.map(({ id }) => id)).size === tasks.length, 'a task is there twice'),
    checkFinite: z.exactOptional(z.boolean()),
    deadlineAt: z.exactOptional(time),
    ...limits,
  }),
  z.object({
    version,
    kind: z.literal('pull'),
    invocation: name,
    store: url,
    run: z.exactOptional(name),
    coordinator: z.exactOptional(coordinatorUrl),
    worker: name,
    group: z.exactOptional(name),
    width: positive.max(MAX_WIDTH),
    arity: positive.max(MAX_ARITY),
    idleMs: count,
    deadlineMs: z.exactOptional(time),
    ...limits,
  }),
  z.object({ version, kind: z.literal('ping'), invocation: name }),
])

const sandboxFacts: z.ZodType<SandboxFacts> = z.object({
  id: name,
  cold: z.boolean(),
  startedAt: time,
  initMs: time,
  invocations: positive,
  slots: positive,
  vcpus: z.number().positive(),
  memoryBytes: z.number().positive(),
  coreType: z.string().max(100),
  release: z.string().max(100),
})

const taskAnswer: z.ZodType<TaskAnswer> = z.discriminatedUnion('state', [
  z.object({ id: taskName, state: z.literal(['done', 'returned']) }),
  z.object({ id: taskName, state: z.literal('failed'), failure: failureRecordSchema }),
])

const used = {
  sandbox: sandboxFacts,
  receivedAt: time,
  answeredAt: time,
  peakBytes: z.number().nonnegative(),
  error: z.exactOptional(failureRecordSchema),
}
const why = z.literal(['run-over', 'drained', 'deadline', 'idle', 'error'])
const pullReport: z.ZodType<PullReport> = z.object({ ...used, worker: name, why, tasks: count })
const pullLoss: z.ZodType<PullLoss> = z.object({
  worker: name,
  invocation: name,
  width: positive,
  failure: failureRecordSchema,
})
const answered = { ...used, version, invocation: name }

export const answerSchema: z.ZodType<FunctionAnswer> = z.discriminatedUnion('kind', [
  z.object({
    ...answered,
    kind: z.literal('batch'),
    tasks: z.array(taskAnswer).max(MAX_TASKS),
    events: z.array(runEventSchema),
    eventsDropped: z.exactOptional(count),
  }),
  z.object({
    ...answered,
    kind: z.literal('pull'),
    why,
    tasks: count,
    subtree: z.array(pullReport).max(MAX_WIDTH),
    out: z.array(pullLoss).max(MAX_WIDTH),
  }),
  z.object({ ...answered, kind: z.literal('ping') }),
  z.object({ ...answered, kind: z.literal('refused'), invocation: z.literal(''), error: failureRecordSchema }),
])
