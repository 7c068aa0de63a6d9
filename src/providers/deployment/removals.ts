import { AccessDeniedError, type DestroyOptions } from '../function/index.ts'
import type { Steps } from './steps.ts'

/** Something that is to go, and how. */
export interface Removal {
  readonly text: string
  remove(): Promise<void>
}

/** Looks for something that who removes the function may have no rights on: then somebody else has made it. */
export async function unlessDenied(
  what: string,
  steps: Steps,
  look: () => Promise<Removal | undefined>,
): Promise<Removal | undefined> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof AccessDeniedError)) throw error
    steps.keep(`${what}, if there is one: ${error.message}`)
    return undefined
  }
}

/** Removes what was found, once that is confirmed. @returns what was removed */
export async function removeAll(
  found: readonly (Removal | undefined)[],
  steps: Steps,
  confirm: DestroyOptions['confirm'],
): Promise<readonly string[]> {
  const removals = found.filter((removal) => removal !== undefined)
  const texts = removals.map(({ text }) => text)
  if (removals.length === 0 || !(await confirm(texts))) return []
  for (const { text, remove } of removals) await steps.change('delete', text, remove)
  return texts
}
