/** The door on AWS Lambda: what its runtime interface client calls. */

import { type FunctionAnswer, lambdaFacts } from '../providers/index.ts'
import { Handler } from './handler.ts'

/** The part of Lambda's context that is used. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
}

/** The platform's own wrapping of an answer needs some room. */
const ROOM_BYTES = 64 * 1024

const worker = new Handler()

/** @param event the request, parsed */
export function handler(event: unknown, context: LambdaContext): Promise<FunctionAnswer> {
  return worker.handle(event, {
    deadlineMs: Date.now() + context.getRemainingTimeInMillis(),
    answerBytes: lambdaFacts.limits.answerBytes - ROOM_BYTES,
  })
}
