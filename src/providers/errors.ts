import { type ErrorCategory, NumpywrenError } from '../errors.ts'

/** Worker processes end before their run does, again and again or for a reason that will not go away. */
export class WorkerProcessError extends NumpywrenError {
  readonly _tag = 'WorkerProcessError'
  readonly category: ErrorCategory

  constructor(message: string, category: 'input' | 'fatal') {
    super(message)
    this.category = category
  }
}

/** Functions that were called for a run say why they cannot work on it, or cannot be called at all. */
export class FunctionWorkersError extends NumpywrenError {
  readonly _tag = 'FunctionWorkersError'
  readonly category: ErrorCategory

  constructor(message: string, category: ErrorCategory, options?: ErrorOptions) {
    super(message, options)
    this.category = category
  }
}
