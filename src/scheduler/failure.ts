import { z } from 'zod'
import { isNumpywrenError } from '../errors.ts'
import type { FailureRecord } from './coordinator.ts'

/** A failure in a record or a message. */
export const failureRecordSchema: z.ZodType<FailureRecord> = z.object({
  tag: z.string(),
  category: z.literal(['input', 'numerical', 'transient', 'fatal']),
  message: z.string(),
  lostTile: z.exactOptional(z.object({ matrix: z.string(), index: z.array(z.int()) })),
  fields: z.exactOptional(z.record(z.string(), z.unknown())),
})

/** Anything thrown, as a record; what is not an error of ours is a fatal failure under its own name. */
export function toFailureRecord(error: unknown): FailureRecord {
  if (isNumpywrenError(error)) {
    const fields = ownFields(error)
    return {
      tag: error._tag,
      category: error.category,
      message: error.message,
      ...(Object.keys(fields).length > 0 ? { fields } : {}),
    }
  }
  if (error instanceof Error) return { tag: error.name, category: 'fatal', message: error.message }
  return { tag: 'Error', category: 'fatal', message: String(error) }
}

/** The typed fields of an error that survive a trip through JSON. */
function ownFields(error: Error): Record<string, unknown> {
  const hidden = new Set(['_tag', 'category', 'name', 'message', 'stack', 'cause'])
  const fields: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(error)) if (!hidden.has(key) && isPlain(value)) fields[key] = value
  return fields
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain)
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
