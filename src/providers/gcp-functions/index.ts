/** Cloud Run functions: workers in services of the worker image. */

export { gcpFacts } from './facts.ts'
export { gcpFunctions } from './provider.ts'
