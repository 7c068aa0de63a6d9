/** What users of the library meet first: a connection and the operations on it. */

export { connect } from './connect.ts'
export { type LambdapackProgram, lambdapack } from './lambdapack.ts'
export { Numpywren } from './numpywren.ts'
export { Operation, type WithSummary } from './operation.ts'
export type { CallOptions, ConnectOptions, RunSettings, WorkOptions } from './options.ts'
export { type Place, Places } from './places.ts'
