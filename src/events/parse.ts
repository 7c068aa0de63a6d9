import { z } from 'zod'
import { EventFormatError } from './errors.ts'
import type { RunEvent } from './types.ts'

const count = z.int().nonnegative()
const time = z.number()

/** An event in a record or a message. */
export const runEventSchema: z.ZodType<RunEvent> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run-started'),
    runId: z.string(),
    at: time,
    tasks: count,
    totalTasks: count,
    slots: count,
    functions: z.object({ provider: z.string(), callers: count }).exactOptional(),
    resumed: z.boolean(),
  }),
  z.object({ type: z.literal('worker-joined'), worker: z.string(), slots: count, at: time }),
  z.object({ type: z.literal('worker-left'), worker: z.string(), at: time }),
  z.object({
    type: z.literal('worker-crashed'),
    process: count,
    at: time,
    message: z.string(),
    restarted: z.boolean(),
  }),
  z.object({
    type: z.literal('task'),
    task: z.string(),
    kernel: z.string(),
    worker: z.string(),
    slot: count,
    attempt: count,
    counted: z.boolean(),
    leasedAt: time,
    readAt: time,
    computeAt: time,
    computedAt: time,
    writtenAt: time,
    completedAt: time,
    bytesRead: z.number(),
    bytesWritten: z.number(),
    cacheHits: count,
    requests: count,
    writeRequests: count.exactOptional(),
    readMs: z.array(z.number()).exactOptional(),
    writeMs: z.array(z.number()).exactOptional(),
    flops: z.number(),
    cacheBytes: z.number(),
  }),
  z.object({
    type: z.literal('task-failed'),
    task: z.string(),
    worker: z.string(),
    attempt: count,
    at: time,
    tag: z.string(),
    message: z.string(),
    willRetry: z.boolean(),
  }),
  z.object({
    type: z.literal('tile'),
    what: z.enum(['dropped', 'spilled', 'lost']),
    tile: z.string(),
    bytes: z.number(),
    at: time,
  }),
  z.object({
    type: z.literal('invocation'),
    provider: z.string(),
    emulatedBy: z.string().exactOptional(),
    kind: z.enum(['batch', 'pull']),
    worker: z.string(),
    sandbox: z.string().exactOptional(),
    cold: z.boolean().exactOptional(),
    initMs: time.exactOptional(),
    coreType: z.string().exactOptional(),
    requestedAt: time,
    receivedAt: time.exactOptional(),
    answeredAt: time.exactOptional(),
    endedAt: time,
    tasks: count,
    outcome: z.enum([
      'answered',
      'throttled',
      'abandoned',
      'crashed',
      'timed-out',
      'out-of-memory',
      'unreachable',
      'garbled',
      'too-large',
    ]),
    memoryBytes: z.number(),
    vcpus: z.number(),
    billedMs: z.number(),
    requestBytes: z.number(),
    answerBytes: z.number(),
  }),
  z.object({
    type: z.literal('run-finished'),
    at: time,
    state: z.enum(['done', 'failed', 'cancelled', 'interrupted']),
    message: z.exactOptional(z.string()),
  }),
])

/**
 * The events of one stored segment.
 * @param name of the segment, for messages
 * @throws EventFormatError naming the line
 */
export function parseEvents(text: string, name: string): RunEvent[] {
  const events: RunEvent[] = []
  for (const [at, line] of text.split('\n').entries()) {
    if (line !== '') events.push(parseEvent(line, `${name}, line ${at + 1}`))
  }
  return events
}

function parseEvent(line: string, where: string): RunEvent {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch (cause) {
    throw new EventFormatError(`${where}: this is no JSON; the segment is damaged, delete it to go on without it`, {
      cause,
    })
  }
  const found = runEventSchema.safeParse(json)
  if (found.success) return found.data
  const issue = found.error.issues[0]
  throw new EventFormatError(
    `${where}: this is no event (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}); the segment is damaged, delete it to go on without it`,
  )
}
