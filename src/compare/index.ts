/** Providers side by side: the same work on each, measured. */

export { compare } from './compare.ts'
export { comparableAlgorithms } from './inputs.ts'
export type { ComparedPlace, ComparedProviderName, CompareOptions } from './options.ts'
