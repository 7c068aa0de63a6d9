/** Test matrices that are the same whatever the tiles. */

export { type GenerateOptions, generate, matrixKinds } from './generate.ts'
export type { KindName } from './kinds.ts'
