import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { InputError } from '../errors.ts'

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A fresh id such as `20261123-101500-cholesky-x7f3`: sorts by time of start (UTC) and says what it is. */
export function newRunId(name: string, now: Date = new Date()): string {
  const digits = now.toISOString().replaceAll(/[-:]/g, '')
  const suffix = Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('')
  const word = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}-${word}-${suffix}`
}

const form = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** An id in a record that is read back. */
export const runIdSchema: z.ZodType<string> = z.string().regex(form, 'it is no run id')

/** @throws InputError for an id that cannot name a folder */
export function checkRunId(id: string): void {
  if (form.test(id)) return
  throw new InputError(
    `'${id}' is no run id: wanted letters, digits, '.', '_' and '-', at most 100, starting with a letter or digit`,
  )
}
