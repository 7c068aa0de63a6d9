import { InvalidKeyError } from './errors.ts'

/** First characters of the names under which a store keeps unfinished objects; no key may use them. */
export const TEMPORARY_PREFIX: string = '.npw-tmp-'

/** Checks a key against the rules of the Store contract. @throws InvalidKeyError */
export function checkKey(key: string, url: string): void {
  const problem = keyProblem(key)
  if (problem !== undefined) throw new InvalidKeyError(key, problem, url)
}

/** True when the key keeps the rules of the Store contract. */
export function isKey(key: string): boolean {
  return keyProblem(key) === undefined
}

/** As {@link checkKey} for the prefix of a listing, which may be empty and may end in the middle of a name. @throws InvalidKeyError */
export function checkPrefix(prefix: string, url: string): void {
  const problem = characterProblem(prefix)
  if (problem !== undefined) throw new InvalidKeyError(prefix, problem, url)
  const slash = prefix.lastIndexOf('/')
  if (slash >= 0) checkKey(prefix.slice(0, slash), url)
}

/** URL of an object. In a file URL the key is percent-encoded, so that the URL opens again. */
export function objectUrl(storeUrl: string, key: string): string {
  if (key === '') return storeUrl
  const encoded = storeUrl.startsWith('file:') ? encodeURI(key).replace(/[?#]/g, encodeURIComponent) : key
  return `${storeUrl}/${encoded}`
}

/** What XML has no way to write, or does not give back as it was, and what Google's storage refuses. */
const UNSPEAKABLE = /\p{Cc}|[\ufffe\uffff]/u

function keyProblem(key: string): string | undefined {
  if (key === '') return 'it is empty'
  const problem = characterProblem(key)
  if (problem !== undefined) return problem
  for (const segment of key.split('/')) {
    if (segment === '') return 'it begins or ends with a slash or contains two in a row'
    if (segment === '.' || segment === '..') return `the segment ${segment} would leave its place`
    if (segment.startsWith(TEMPORARY_PREFIX)) return `names starting with ${TEMPORARY_PREFIX} are reserved`
  }
  return undefined
}

function characterProblem(text: string): string | undefined {
  if (UNSPEAKABLE.test(text)) return 'it contains a control character, which the listing of an object store cannot say'
  if (!text.isWellFormed()) return 'it contains half a character (a lone surrogate), which no store can write'
  return undefined
}
