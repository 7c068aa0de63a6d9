import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { NumpywrenError } from '../../errors.ts'
import {
  type Answered,
  DeployError,
  FunctionNotFoundError,
  type InvocationEnd,
  InvocationError,
  PayloadTooLargeError,
  ThrottledError,
} from '../function/index.ts'
import type { Loaded } from './clients.ts'
import { lambdaFacts } from './facts.ts'
import { deniedAccess, isSilence, type SdkError, said } from './failures.ts'

type Invoking = Loaded<typeof import('@aws-sdk/client-lambda'), LambdaClient>

/** No sandbox could be given: nothing ran, and one may be free again after a while. */
const NO_ROOM = [
  'EC2ThrottledException',
  'ENILimitReachedException',
  'ENINotReadyException',
  'SubnetIPAddressLimitReachedException',
]
/** The function is not there yet, or awakes: nothing ran. */
const NOT_YET = ['CodeArtifactUserPendingException', 'ResourceConflictException', 'ResourceNotReadyException']
/** The function cannot run as it is set up. */
const BROKEN = /^(KMS|EFS|S3Files|EC2Access|CodeArtifactUser|Invalid(Runtime|SecurityGroupID|SubnetID|ZipFile))/
const NOT_YET_MS = 2000

/** One synchronous invocation, one attempt. @throws as DeployedFunction.invoke says */
export async function invoke(
  { sdk, client }: Invoking,
  name: string,
  body: string,
  signal: AbortSignal | undefined,
): Promise<Answered> {
  signal?.throwIfAborted()
  const bytes = Buffer.from(body)
  if (bytes.length > lambdaFacts.limits.requestBytes) throw tooLarge(name, `a request of ${bytes.length} bytes`)
  const command = new sdk.InvokeCommand({ FunctionName: name, InvocationType: 'RequestResponse', Payload: bytes })
  try {
    const { Payload, FunctionError, $metadata } = await client.send(command, signal ? { abortSignal: signal } : {})
    const text = Buffer.from(Payload ?? []).toString('utf8')
    if (FunctionError !== undefined) throw endOf(name, text, $metadata.requestId)
    return { body: text, requestId: $metadata.requestId }
  } catch (error) {
    signal?.throwIfAborted()
    throw invocationFailure(error as SdkError, name)
  }
}

/** What an error of the Invoke call means. */
function invocationFailure(error: SdkError, name: string): NumpywrenError | SdkError {
  if (error instanceof InvocationError || error instanceof PayloadTooLargeError) return error
  const status = error.$metadata?.httpStatusCode
  const cause = error
  if (error.name === 'TooManyRequestsException' || status === 429) {
    const asked = Number(error.retryAfterSeconds)
    return new ThrottledError(
      `Lambda admits no more invocations of ${name} at the moment (${error.Reason ?? said(error)})`,
      {
        retryAfterMs: asked > 0 ? asked * 1000 : undefined,
        cause,
      },
    )
  }
  if (NO_ROOM.includes(error.name)) {
    return new ThrottledError(`Lambda has no room for another sandbox of ${name} (${error.name}: ${said(error)})`, {
      cause,
    })
  }
  if (NOT_YET.includes(error.name)) {
    const message = `the function ${name} is not ready yet (${error.name}: ${said(error)})`
    return new ThrottledError(message, { retryAfterMs: NOT_YET_MS, cause })
  }
  if (status === 413) return tooLarge(name, 'a request', cause)
  if (error.name === 'ResourceNotFoundException') return notFound(name, cause)
  const denied = deniedAccess(error, { action: 'lambda:InvokeFunction', resource: name })
  if (denied) return denied
  if (BROKEN.test(error.name)) {
    return new DeployError(`Lambda cannot run ${name}: ${error.name}: ${said(error)}; deploy it again`, { cause })
  }
  if (isSilence(error) || status === undefined || status >= 500) {
    return new InvocationError(
      `an invocation of ${name} brought no answer: ${error.name}: ${said(error)}`,
      'unreachable',
      {
        requestId: error.$metadata?.requestId,
        cause,
      },
    )
  }
  return new DeployError(`Lambda refuses to invoke ${name}: ${error.name}: ${said(error)}`, { cause })
}

/** The payload that Lambda answers in place of a function's own when that has ended otherwise. */
interface ErrorPayload {
  readonly errorType?: string
  readonly errorMessage?: string
}

/** @param text payload of an answer that is marked as an error */
function endOf(name: string, text: string, requestId: string | undefined): NumpywrenError {
  const { errorType = '', errorMessage = text.slice(0, 200) } = parsed(text)
  if (errorType === 'Function.ResponseSizeTooLarge') return tooLarge(name, 'an answer')
  const reason = [errorType, errorMessage].filter(Boolean).join(': ')
  const end = endNamed(errorType, errorMessage)
  return new InvocationError(`an invocation of ${name} ended without an answer (${end}): ${reason}`, end, { requestId })
}

/** A sandbox that outgrows its memory is killed, and nothing else but a time limit makes Lambda kill one. */
function endNamed(errorType: string, errorMessage: string): InvocationEnd {
  if (errorType === 'Sandbox.Timedout' || /Task timed out after/.test(errorMessage)) return 'timed-out'
  if (/OutOfMemory/i.test(errorType) || /signal: killed|OutOfMemory/.test(errorMessage)) return 'out-of-memory'
  return 'crashed'
}

function parsed(text: string): ErrorPayload {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    // A runtime that dies may answer with anything; then the text itself is the message.
    return {}
  }
}

function tooLarge(name: string, what: string, cause?: unknown): PayloadTooLargeError {
  const { requestBytes } = lambdaFacts.limits
  const message = `${what} of ${name} is larger than the ${requestBytes} bytes that Lambda takes; give fewer tasks at once`
  return new PayloadTooLargeError(message, { cause })
}

export function notFound(name: string, cause?: unknown): FunctionNotFoundError {
  return new FunctionNotFoundError(
    `there is no Lambda function ${name} in this region and account; numpywren deploy aws-lambda makes it`,
    { cause },
  )
}
