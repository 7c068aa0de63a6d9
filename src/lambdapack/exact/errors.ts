import { NumpywrenError } from '../../errors.ts'

/** What kept an expression from having a value. */
export type EvaluationFault = 'division-by-zero' | 'not-whole' | 'domain' | 'too-large' | 'unbound'

/** An expression of a program has no value, or not the whole one that its place needs. */
export class EvaluationError extends NumpywrenError {
  readonly _tag = 'EvaluationError'
  readonly category = 'input' as const
  readonly fault: EvaluationFault

  constructor(fault: EvaluationFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}
