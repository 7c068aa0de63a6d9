/** LAmbdaPACK: parse, check, analyse. Pure: no I/O, no clock. */

export type { CompileOptions } from './analysis/compile.ts'
export { compile } from './analysis/compile.ts'
export { CompileError } from './analysis/errors.ts'
export type * as Ast from './ast.ts'
export { type CheckOptions, check } from './check.ts'
export { type Dag, type DagTask, dag } from './dag.ts'
export { type Diagnostic, type Finding, renderDiagnostic, sortDiagnostics } from './diagnostic.ts'
export { EvaluationError } from './exact/index.ts'
export { type ExpandOptions, type Expansion, expand } from './expand/expand.ts'
export { entryProgram, inline } from './inline.ts'
export { type ParseResult, parse } from './parse.ts'
export { print } from './print.ts'
export { type CriticalPathOptions, criticalPathLengths } from './priorities.ts'
export { type Profile, type ProfileOptions, type ProfilePoint, profile } from './profile.ts'
export type {
  CompiledProgram,
  MatrixInfo,
  StatementInfo,
  Task,
  TaskDetail,
  TileRead,
  TileRef,
} from './program.ts'
export { parseTaskId, taskId, tileId } from './program.ts'
export type { KernelShape } from './rules/index.ts'
export { locate, type Position, type Source } from './source.ts'
