import { isNumpywrenError } from '../../errors.ts'
import type { Finding } from '../function/index.ts'

/** Anything that was thrown, as something found. */
export function problem(what: string, error: unknown): Finding {
  const text = isNumpywrenError(error) ? error.message : String(error)
  return { what, state: 'problem', text }
}
