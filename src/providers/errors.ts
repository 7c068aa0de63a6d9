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
