import { NumpywrenError } from '../../errors.ts'

/** A program or its arguments cannot be compiled: names the argument, matrix or construct. `check` finds these with a position. */
export class CompileError extends NumpywrenError {
  readonly _tag = 'CompileError'
  readonly category = 'input' as const
}
