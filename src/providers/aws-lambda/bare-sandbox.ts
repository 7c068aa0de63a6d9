import { randomUUID } from 'node:crypto'
import {
  decodeAnswer,
  encodeRequest,
  type PingRequest,
  PROTOCOL_VERSION,
  RequestFormatError,
} from '../function/index.ts'
import type { Clients } from './clients.ts'
import type { SdkError } from './failures.ts'
import { invoke } from './invoke.ts'
import type { Sandbox } from './shape.ts'

/** The longest that there is: nobody says which one holds. */
const TIMEOUT_S = 900
const MIB = 2 ** 20

/**
 * Whether whoever answered knows of invocations only, as AWS's own runtime interface emulator and `sam local start-lambda` do: calls of the
 * administration have no place there.
 */
export async function isBare(clients: Clients, { cause }: { readonly cause?: unknown }): Promise<boolean> {
  const status = (cause as SdkError | undefined)?.$metadata?.httpStatusCode ?? 0
  return [404, 405, 501].includes(status) && (await clients.standIn()) !== undefined
}

/** What the sandbox says of itself, where nobody else does. @throws InvocationError, and as an invocation does */
export async function bareSandbox(clients: Clients, name: string, signal: AbortSignal | undefined): Promise<Sandbox> {
  const request: PingRequest = { version: PROTOCOL_VERSION, kind: 'ping', invocation: randomUUID() }
  const { body, requestId } = await invoke(
    await clients.invoking(TIMEOUT_S * 1000),
    name,
    encodeRequest(request),
    signal,
  )
  const { kind, sandbox, error } = decodeAnswer(body, request, requestId)
  if (kind === 'refused') throw new RequestFormatError(error.message)
  const Architectures = [process.arch === 'arm64' ? 'arm64' : 'x86_64']
  return { MemorySize: Math.floor(sandbox.memoryBytes / MIB), Timeout: TIMEOUT_S, Architectures }
}
