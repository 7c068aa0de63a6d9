import { isStatus, refusalOf } from './errors.ts'

/** A service account that was just made is not known everywhere at once: about a minute. */
export const NEW_ACCOUNT = { retries: 8, minTimeout: 500, factor: 2, maxTimeout: 15_000 } as const

/** What Google says of an account that it does not know, or not yet. */
export function isUnknownAccount(error: unknown): boolean {
  return isStatus(error, 400, 404) && /account.*(does not exist|not found)/i.test(refusalOf(error).message)
}
