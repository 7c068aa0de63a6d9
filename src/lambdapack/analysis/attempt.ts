import { EvaluationError } from '../exact/index.ts'

/** The value, or `undefined` where there is none. */
export function attempt<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}
