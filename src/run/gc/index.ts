/** Removing what dead runs left in a store. */

export { type Collected, type CollectOptions, collectGarbage, type KeptItem } from './collect.ts'
export { goOnWith } from './go-on.ts'
export { expectUnmarked } from './mark.ts'
export type { RemovedItem } from './removal.ts'
