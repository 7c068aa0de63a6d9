/** Tasks as texts for Redis: sorted as bytes they stand in program order, negative loop variables included. */

import type { Task } from '../../lambdapack/index.ts'

/** A letter for the number of digits, then the digits. A negative number has an upper-case letter and nines' complements, both falling. */
function encodeInteger(value: number): string {
  const digits = Math.abs(value).toString()
  if (value >= 0) return String.fromCharCode(0x60 + digits.length) + digits
  const complements = digits.replace(/\d/g, (digit) => String(9 - Number(digit)))
  return String.fromCharCode(0x5b - digits.length) + complements
}

/** The code of a task: its statement and its loop variables. No code is the beginning of another of the same statement. */
export function encodeTask({ statement, vars }: Task): string {
  return encodeInteger(statement) + vars.map(encodeInteger).join('')
}

/** Inverse of {@link encodeTask}. */
export function decodeTask(code: string): Task {
  const [statement = 0, ...vars] = (code.match(/[a-z]\d+|[A-Z]\d+/g) ?? []).map(decodeInteger)
  return { statement, vars }
}

function decodeInteger(text: string): number {
  const digits = text.slice(1)
  return text >= 'a' ? Number(digits) : -Number(digits.replace(/\d/g, (digit) => String(9 - Number(digit))))
}
