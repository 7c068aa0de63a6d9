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
  const slash = prefix.lastIndexOf('/')
  if (slash >= 0) checkKey(prefix.slice(0, slash), url)
}

/** URL of an object. In a file URL the key is percent-encoded, so that the URL opens again. */
export function objectUrl(storeUrl: string, key: string): string {
  if (key === '') return storeUrl
  const encoded = storeUrl.startsWith('file:') ? encodeURI(key).replace(/[?#]/g, encodeURIComponent) : key
  return `${storeUrl}/${encoded}`
}

function keyProblem(key: string): string | undefined {
  if (key === '') return 'it is empty'
  if (key.includes('\0')) return 'it contains a NUL character'
  if (!key.isWellFormed()) return 'it contains half a character (a lone surrogate), which no store can write'
  for (const segment of key.split('/')) {
    if (segment === '') return 'it begins or ends with a slash or contains two in a row'
    if (segment === '.' || segment === '..') return `the segment ${segment} would leave its place`
    if (segment.startsWith(TEMPORARY_PREFIX)) return `names starting with ${TEMPORARY_PREFIX} are reserved`
  }
  return undefined
}
