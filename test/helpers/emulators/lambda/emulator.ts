/**
 * AWS Lambda on this machine, faithful enough to hurt: the Invoke operation as the SDK calls it, the Runtime API as AWS's runtime interface client
 * sees it, and sandboxes that are frozen between invocations and killed at their limits. What goes wrong by chance is chosen by a seed.
 */

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { Teardown } from '../../servers/start-server.ts'
import { accountSettings, configured, described, handOn } from './control-plane.ts'
import { Fate } from './doom.ts'
import { ServiceError } from './errors.ts'
import { type Account, Fleet } from './fleet.ts'
import { Front, invoked, nameIn } from './front.ts'
import { type EmulatedFunction, type LambdaEmulatorOptions, type LambdaStats, noStats } from './options.ts'
import { processRunner } from './process-runner.ts'

export interface LambdaEmulator {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string
  /** What a process needs in its environment for the SDK to call it. */
  readonly env: Readonly<Record<string, string>>
  stats(): Readonly<LambdaStats>
  /** Process of the sandbox whose latest answer holds this text. @throws when there is none */
  pidOf(text: string): number
  close(): Promise<void>
}

/** Starts it on a free port; it goes with the test, and its sandboxes with it. */
export async function startLambdaEmulator(t: Teardown, options: LambdaEmulatorOptions = {}): Promise<LambdaEmulator> {
  const emulator = new Emulator(options)
  t.teardown(() => emulator.close())
  await emulator.listen()
  return emulator
}

class Emulator implements LambdaEmulator {
  readonly #options: LambdaEmulatorOptions
  readonly #account: Account
  readonly #fleets = new Map<string, Fleet>()
  readonly #retired: Fleet[] = []
  /** Reserved concurrency that was set through the server behind, which forgets a 0. */
  readonly #reserved = new Map<string, number>()
  readonly #front: Front
  readonly #server: http.Server
  #closed: Promise<void> | undefined
  endpoint = ''

  constructor(options: LambdaEmulatorOptions) {
    const { faults = {}, runner = processRunner() } = options
    const stats = noStats()
    const fate = new Fate(faults)
    this.#options = options
    this.#account = {
      ...{ stats, fate, runner, running: 0 },
      // A function may call others, as itself.
      role: () => ({ AWS_ENDPOINT_URL_LAMBDA: this.endpoint, ...options.role }),
      concurrency: options.accountConcurrency ?? 1000,
      ramp: options.ramp ?? { sandboxes: 1000, perMs: 10_000 },
      coldStartMs: faults.coldStartMs ?? 0,
      initMs: options.initMs ?? 60_000,
      idleMs: options.idleMs ?? 300_000,
    }
    this.#front = new Front({
      fleetOf: (name, authorization) => this.#fleetOf(name, authorization),
      latencyMs: () => fate.latencyMs(faults.latencyMs ?? 0),
      isDuplicated: () => fate.isDuplicated(),
      onDuplicate: () => stats.duplicates++,
      onRetry: () => stats.retries++,
      retryMs: options.retryMs ?? 20,
    })
    this.#server = http.createServer({ requestTimeout: 0 }, (request, response) => {
      this.#serve(request, response).catch(() => request.socket.destroy())
    })
  }

  get env(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL_LAMBDA: this.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: this.#options.accessKeys?.[0] ?? 'testuser',
      AWS_SECRET_ACCESS_KEY: 'testsecret',
    }
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address) this.endpoint = `http://127.0.0.1:${address.port}`
  }

  stats(): LambdaStats {
    return { ...this.#account.stats }
  }

  pidOf(text: string): number {
    for (const fleet of this.#fleets.values()) {
      const pid = fleet.pidOf(text)
      if (pid !== undefined) return pid
    }
    throw new Error(`no sandbox has answered anything with ${text} last`)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#front.close()
    this.#server.close()
    this.#server.closeAllConnections()
    await Promise.all([...this.#fleets.values(), ...this.#retired].map((fleet) => fleet.close()))
    await this.#account.runner.close()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    try {
      this.#authorize(request.headers.authorization ?? '')
      const name = invoked(request)
      if (name !== undefined) return await this.#front.serve(name, request, response, body)
      await this.#administer(request, response, body)
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      error.send(response, randomUUID())
    }
  }

  /** Signatures are not checked. */
  #authorize(authorization: string): void {
    const key = /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(authorization)?.[1]
    if (key === undefined)
      throw new ServiceError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
    if (this.#options.accessKeys && !this.#options.accessKeys.includes(key))
      throw new ServiceError(
        403,
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      )
  }

  async #administer(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const { controlPlane, functions = [] } = this.#options
    const { method, url = '' } = request
    const answer = (content: object): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content))
    }
    if (method === 'GET' && /^\/\d{4}-\d\d-\d\d\/account-settings/.test(url)) {
      const reserved = functions.reduce((sum, { concurrency = 0 }) => sum + concurrency, 0)
      return answer(accountSettings(this.#account.concurrency, reserved))
    }
    if (controlPlane === undefined) return answer(described(request, functions))
    const status = await handOn(controlPlane, request, body, response)
    if (method === 'GET' || status >= 300) return
    this.#note(method ?? '', url, body)
  }

  /** A function was changed: its next invocation sees it as it is then. */
  #note(method: string, url: string, body: Buffer): void {
    const [, given, what] = /^\/\d{4}-\d\d-\d\d\/functions\/([^/?]+)(\/concurrency)?/.exec(url) ?? []
    if (given === undefined) return
    const name = nameIn(decodeURIComponent(given))
    if (what !== undefined && method === 'PUT')
      this.#reserved.set(name, JSON.parse(body.toString()).ReservedConcurrentExecutions)
    else if (method === 'DELETE') this.#reserved.delete(name)
    const fleet = this.#fleets.get(name)
    if (!fleet) return
    this.#fleets.delete(name)
    this.#retired.push(fleet)
    fleet.retire()
  }

  async #fleetOf(name: string, authorization: string): Promise<Fleet | undefined> {
    const known = this.#fleets.get(name)
    if (known) return known
    const called = await this.#configured(name, authorization)
    // Another invocation may have been faster.
    const fleet = this.#fleets.get(name) ?? (called && new Fleet(called, this.#account))
    if (fleet) this.#fleets.set(name, fleet)
    return fleet
  }

  async #configured(name: string, authorization: string): Promise<EmulatedFunction | undefined> {
    const { controlPlane, functions = [] } = this.#options
    const given = functions.find((one) => one.name === name)
    if (given || controlPlane === undefined) return given
    const found = await configured(controlPlane, name, authorization)
    const concurrency = this.#reserved.get(name)
    return found && (concurrency === undefined ? found : { ...found, concurrency })
  }
}
