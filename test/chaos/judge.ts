/** Whether a run, with all that was done to it, kept what is promised. */

import { isTile, type Objects } from './objects.ts'
import type { CommandEnd } from './processes.ts'
import { type Reference, tileDigests } from './reference.ts'

/** What a result lacks. */
export interface Difference {
  readonly key: string
  readonly problem: 'missing' | 'different' | 'unexpected'
}

/** How the results of a run differ from those of the undisturbed one. */
export async function differences(objects: Objects, runId: string, reference: Reference): Promise<Difference[]> {
  const found = await tileDigests(objects, runId)
  const all: Difference[] = []
  for (const [key, digest] of reference.tiles) {
    if (!found.has(key)) all.push({ key, problem: 'missing' })
    else if (found.get(key) !== digest) all.push({ key, problem: 'different' })
  }
  for (const key of found.keys()) if (!reference.tiles.has(key)) all.push({ key, problem: 'unexpected' })
  for (const key of reference.matrices)
    if ((await objects.read(`${runId}/${key}`)) === undefined) all.push({ key, problem: 'missing' })
  return all
}

/** A few words on differences. */
export function summaryOf(differences: readonly Difference[]): string {
  const named = differences.slice(0, 4).map(({ key, problem }) => `${key} is ${problem}`)
  const more = differences.length - named.length
  return `${named.join(', ')}${more > 0 ? `, and ${more} more objects are wrong` : ''}`
}

/** What a run that is done has left beside its records and results. */
export async function leftovers(objects: Objects, runId: string): Promise<string[]> {
  const records = await objects.list(`.numpywren/runs/${runId}`)
  const claims = (await objects.list('.numpywren/outputs/')).filter((key) => decodeURIComponent(key).includes(runId))
  const temporary = (await objects.list(`${runId}/`)).filter((key) => !isTile(key) && !key.endsWith('zarr.json'))
  return [...records.filter((key) => /\/(tiles|work)\//.test(key) || key.includes('.npw-tmp')), ...claims, ...temporary]
}

/** What is wrong with the way a command ended, if anything: it is done, it failed with one or two clear lines, or we ended it. */
export function faultsOfEnd({ code, signal, stderr, args }: CommandEnd): string[] {
  const problems: string[] = []
  const name = `numpywren ${args[0]}`
  if (/^\s+at .*[:(]\d+/m.test(stderr) || /node:internal|UnhandledPromise/.test(stderr))
    problems.push(`${name} printed a stack trace`)
  if (code === 1) {
    const last = stderr.trimEnd().split('\n')
    const from = last.findLastIndex((line) => line.startsWith('numpywren: '))
    if (from < 0) problems.push(`${name} failed without an error message`)
    else if (last.length - from > 2) problems.push(`${name} failed with more than two lines`)
  } else if (code !== 0 && code !== 130 && signal === null) {
    problems.push(`${name} ended with ${code}`)
    // Before a command listens to signals, an interruption ends it as it ends any program.
  } else if (signal !== null && signal !== 'SIGKILL' && signal !== 'SIGINT') {
    problems.push(`${name} was ended by ${signal}`)
  }
  return problems
}
