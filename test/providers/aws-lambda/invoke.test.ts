/** What becomes of an invocation, by the answers that the Lambda API documents: a local server gives them to the real SDK. */

import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import test, { type ExecutionContext } from 'ava'
import { awsLambda } from '../../../src/providers/aws-lambda/index.ts'
import type { DeployedFunction } from '../../../src/providers/function/index.ts'

const name = 'numpywren-worker'

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | object
}

/** Answers to an invocation; `undefined`: the connection is cut. */
type Answers = (request: IncomingMessage, body: string) => Promise<Answer | undefined> | Answer | undefined

let respond: Answers
let states: readonly string[] = []
/** Requests that were open at the same time, and connections in all. */
const seen = { bodies: [] as string[], connections: 0, open: 0, mostOpen: 0 }
const server = http.createServer((request, response) => {
  serve(request, response).catch(() => request.socket.destroy())
})

test.before(async () => {
  server.on('connection', () => seen.connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${address.port}`,
    AWS_ACCESS_KEY_ID: 'testuser',
    AWS_SECRET_ACCESS_KEY: 'testsecret',
    AWS_REGION: 'us-east-1',
  })
})

test.after.always(() => {
  server.close()
  server.closeAllConnections()
})

test.beforeEach(() => {
  Object.assign(seen, { bodies: [], connections: 0, open: 0, mostOpen: 0 })
  states = []
})

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? ''
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  if (!path.endsWith('/invocations')) {
    const [State = 'Active', ...rest] = states
    if (path.endsWith('/configuration') || /functions\/[^/]+$/.test(path)) states = rest.length > 0 ? rest : states
    const Configuration = { FunctionName: name, MemorySize: 3538, Timeout: 3, Architectures: ['arm64'], State }
    return reply(response, { body: path.endsWith('/concurrency') ? {} : { ...Configuration, Configuration } })
  }
  seen.bodies.push(body)
  seen.open++
  seen.mostOpen = Math.max(seen.mostOpen, seen.open)
  const answer = await respond(request, body)
  seen.open--
  if (answer === undefined) request.socket.resetAndDestroy()
  else reply(response, answer)
}

function reply(response: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'request-1', ...headers })
  response.end(text)
}

const failed = (status: number, type: string, body: object = {}): Answer => ({
  ...{ status, headers: { 'x-amzn-errortype': type } },
  body: { Type: 'User', message: 'words of the service', ...body },
})

const ended = (errorType: string, errorMessage: string): Answer => ({
  headers: { 'x-amz-function-error': 'Unhandled' },
  body: { errorType, errorMessage },
})

async function connected(t: ExecutionContext): Promise<DeployedFunction> {
  const deployed = await awsLambda().connect({ name })
  t.teardown(() => deployed.close())
  return deployed
}

test.serial('an answer comes back as it is, with what the platform calls it', async (t) => {
  respond = (_, body) => ({ body: `{"echo":${body}}` })
  const deployed = await connected(t)
  t.deepEqual(await deployed.invoke('{"ü":1}', {}), { body: '{"echo":{"ü":1}}', requestId: 'request-1' })
  t.like(deployed.shape, { vcpus: 2, slots: 2, timeoutMs: 3000, architecture: 'arm64' })
  t.is(deployed.emulatedBy, new URL(process.env.AWS_ENDPOINT_URL_LAMBDA ?? '').host)
  t.deepEqual(deployed.place, { cloud: 'aws', region: 'us-east-1' })
})

const failures: readonly [title: string, answer: Answer | undefined, error: object][] = [
  [
    'too many at a time',
    failed(429, 'TooManyRequestsException', { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' }),
    { _tag: 'ThrottledError', category: 'transient', retryAfterMs: undefined },
  ],
  [
    'too many, with the time to wait',
    {
      ...failed(429, 'TooManyRequestsException'),
      headers: { 'x-amzn-errortype': 'TooManyRequestsException', 'retry-after': '7' },
    },
    { _tag: 'ThrottledError', retryAfterMs: 7000 },
  ],
  ['no machine for a sandbox', failed(502, 'EC2ThrottledException'), { _tag: 'ThrottledError' }],
  ['no network interface', failed(502, 'ENILimitReachedException'), { _tag: 'ThrottledError' }],
  ['still being made', failed(409, 'ResourceConflictException'), { _tag: 'ThrottledError', retryAfterMs: 2000 }],
  [
    'a time limit',
    ended('Sandbox.Timedout', 'RequestId: 1 Error: Task timed out after 3.00 seconds'),
    { end: 'timed-out' },
  ],
  [
    'a time limit, as it was told before',
    { ...ended('', ''), body: { errorMessage: '2026-11-20T10:00:00Z 1 Task timed out after 3.00 seconds' } },
    { end: 'timed-out' },
  ],
  [
    'no memory left',
    ended('Runtime.ExitError', 'RequestId: 1 Error: Runtime exited with error: signal: killed'),
    { end: 'out-of-memory' },
  ],
  [
    'no memory left, by its name',
    ended('Runtime.OutOfMemory', 'RequestId: 1 Error: Runtime exited'),
    { end: 'out-of-memory' },
  ],
  [
    'a crash',
    ended('Runtime.ExitError', 'RequestId: 1 Error: Runtime exited with error: exit status 134'),
    { _tag: 'InvocationError', end: 'crashed', requestId: 'request-1' },
  ],
  [
    'a crash without JSON',
    { headers: { 'x-amz-function-error': 'Unhandled' }, body: 'Segmentation fault' },
    { end: 'crashed' },
  ],
  [
    'an answer too large',
    ended('Function.ResponseSizeTooLarge', 'Response payload size exceeded'),
    { _tag: 'PayloadTooLargeError', category: 'fatal' },
  ],
  ['a request too large', failed(413, 'RequestEntityTooLargeException'), { _tag: 'PayloadTooLargeError' }],
  ['a fault of the service', failed(500, 'ServiceException'), { _tag: 'InvocationError', end: 'unreachable' }],
  ['a gateway without JSON', { status: 503, body: '<html>no</html>' }, { end: 'unreachable' }],
  ['a connection that is cut', undefined, { _tag: 'InvocationError', end: 'unreachable' }],
  ['no such function', failed(404, 'ResourceNotFoundException'), { _tag: 'FunctionNotFoundError', category: 'input' }],
  ['no right', failed(403, 'AccessDeniedException'), { _tag: 'AccessDeniedError', category: 'input' }],
  ['wrong credentials', failed(403, 'UnrecognizedClientException'), { _tag: 'AccessDeniedError' }],
  [
    'an image that is gone',
    failed(409, 'CodeArtifactUserDeletedException'),
    { _tag: 'DeployError', category: 'fatal' },
  ],
]

for (const [title, answer, expected] of failures) {
  test.serial(`an invocation that fails: ${title}`, async (t) => {
    respond = () => answer
    const deployed = await connected(t)
    const error = await t.throwsAsync(deployed.invoke('{}', {}))
    t.like(error, expected, error?.message)
    t.is(seen.bodies.length, 1, 'one attempt')
  })
}

test.serial('a missing right is named with what it is about', async (t) => {
  const message =
    'User: arn:aws:iam::123456789012:user/ada is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:numpywren-worker because no identity-based policy allows the lambda:InvokeFunction action'
  respond = () => failed(403, 'AccessDeniedException', { message })
  const deployed = await connected(t)
  const named = /lambda:InvokeFunction on arn:aws:lambda:us-east-1:123456789012:function:numpywren-worker \(/
  await t.throwsAsync(deployed.invoke('{}', {}), { message: named })
})

test.serial('a request that Lambda would not take is not sent', async (t) => {
  const deployed = await connected(t)
  const body = JSON.stringify('x'.repeat(6 * 2 ** 20))
  await t.throwsAsync(deployed.invoke(body, {}), { name: 'PayloadTooLargeError', message: /6291458 bytes/ })
  t.deepEqual(seen.bodies, [])
})

test.serial('calls go out at the same time, over connections that are used again', async (t) => {
  const arrived = Promise.withResolvers<void>()
  respond = async () => {
    if (seen.bodies.length === 80) arrived.resolve()
    await arrived.promise
    return { body: '{}' }
  }
  const deployed = await connected(t)
  const callAll = () => Promise.all(Array.from({ length: 80 }, () => deployed.invoke('{}', {})))
  await callAll()
  t.is(seen.mostOpen, 80)
  const { connections } = seen
  respond = () => ({ body: '{}' })
  await callAll()
  t.is(seen.connections, connections)
})

test.serial('a call that is aborted ends at once with the reason', async (t) => {
  const arrived = Promise.withResolvers<void>()
  respond = async (request) => {
    arrived.resolve()
    await once(request.socket, 'close')
    return undefined
  }
  const deployed = await connected(t)
  const aborter = new AbortController()
  const call = deployed.invoke('{}', { signal: aborter.signal })
  await arrived.promise
  const reason = new Error('enough')
  aborter.abort(reason)
  t.is(await t.throwsAsync(call), reason)
})

test.serial(
  'a function that sleeps is woken, one that is being made is waited for, and one that failed is not called',
  async (t) => {
    respond = () => failed(502, 'ResourceNotReadyException')
    states = ['Inactive', 'Pending', 'Active']
    await connected(t)
    t.is(seen.bodies.length, 1)
    t.like(JSON.parse(seen.bodies[0] ?? ''), { version: 1, kind: 'ping' })
    states = ['Pending', 'Active']
    await connected(t)
    t.is(seen.bodies.length, 1)
    states = ['Failed']
    await t.throwsAsync(awsLambda().connect({ name }), { name: 'DeployError', message: /deploy it again/ })
  },
)

test.serial('inside the function its own settings are known without asking', async (t) => {
  respond = () => ({ body: '{}' })
  const own = { AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '7076', NUMPYWREN_TIMEOUT_S: '120' }
  Object.assign(process.env, own)
  t.teardown(() => {
    for (const variable of Object.keys(own)) delete process.env[variable]
  })
  states = ['Failed']
  const deployed = await connected(t)
  t.like(deployed.shape, { memoryBytes: 7076 * 2 ** 20, vcpus: 4, slots: 4, timeoutMs: 120_000 })
  t.is((await deployed.invoke('{}', {})).body, '{}')
})
