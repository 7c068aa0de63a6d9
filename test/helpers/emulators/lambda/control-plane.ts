import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { arnOf } from './environment.ts'
import { noSuchFunction, ServiceError } from './errors.ts'
import { nameIn } from './front.ts'
import type { EmulatedFunction } from './options.ts'

/** What the emulator says about functions by itself, where no server of the whole API stands behind it. */
export function described(request: IncomingMessage, functions: readonly EmulatedFunction[]): object {
  const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '')
  const [, given, what] = /^\/\d{4}-\d\d-\d\d\/functions\/([^/]+)(\/configuration|\/concurrency)?$/.exec(path) ?? []
  if (request.method !== 'GET' || given === undefined) {
    const tagged = /^\/\d{4}-\d\d-\d\d\/tags\/(.+)$/.exec(path)?.[1]
    if (tagged !== undefined && request.method === 'GET') return { Tags: {} }
    throw new ServiceError(404, 'UnknownOperationException', `${request.method} ${path} is not emulated`)
  }
  const name = nameIn(given)
  const called = functions.find((one) => one.name === name)
  if (!called) throw noSuchFunction(arnOf(name))
  const reserved = called.concurrency === undefined ? {} : { ReservedConcurrentExecutions: called.concurrency }
  if (what === '/concurrency') return reserved
  const configuration = {
    FunctionName: name,
    FunctionArn: arnOf(name),
    Role: 'arn:aws:iam::123456789012:role/emulated',
    PackageType: 'Image',
    MemorySize: called.memoryMb,
    Timeout: called.timeoutS,
    EphemeralStorage: { Size: called.ephemeralMb ?? 512 },
    Environment: { Variables: called.environment ?? {} },
    Architectures: ['x86_64'],
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Version: '$LATEST',
    LastModified: '2026-01-01T00:00:00.000+0000',
  }
  if (what === '/configuration') return configuration
  return { Configuration: configuration, Code: { RepositoryType: 'ECR' }, Tags: {}, Concurrency: reserved }
}

/** What GetAccountSettings says; moto's server does not know it. */
export const accountSettings = (concurrency: number, reserved: number): object => ({
  AccountLimit: {
    TotalCodeSize: 80_530_636_800,
    CodeSizeUnzipped: 262_144_000,
    CodeSizeZipped: 52_428_800,
    ConcurrentExecutions: concurrency,
    UnreservedConcurrentExecutions: concurrency - reserved,
  },
  AccountUsage: { TotalCodeSize: 0, FunctionCount: 1 },
})

/** Hands a request on as it is. @returns the status of the answer */
export async function handOn(
  origin: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const { host: _, ...headers } = request.headers
  const outgoing = http.request(`${origin}${request.url}`, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
    answer.on('error', reject).on('end', () => resolve(answer.statusCode ?? 502))
  })
  outgoing.on('error', reject)
  outgoing.end(body)
  return await promise
}

/** The configuration of a function of the server behind. */
export async function configured(
  origin: string,
  name: string,
  authorization: string,
): Promise<EmulatedFunction | undefined> {
  const answer = await fetch(`${origin}/2015-03-31/functions/${name}/configuration`, { headers: { authorization } })
  if (answer.status === 404) return undefined
  if (!answer.ok) throw new Error(`${origin} answers ${answer.status} for the function ${name}`)
  const found = (await answer.json()) as {
    readonly MemorySize: number
    readonly Timeout: number
    readonly Environment?: { readonly Variables?: Record<string, string> }
    readonly EphemeralStorage?: { readonly Size: number }
  }
  return {
    name,
    memoryMb: found.MemorySize,
    timeoutS: found.Timeout,
    environment: found.Environment?.Variables ?? {},
    ephemeralMb: found.EphemeralStorage?.Size ?? 512,
  }
}
