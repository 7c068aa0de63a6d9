import { Readable } from 'node:stream'
import type { Storage } from '@google-cloud/storage'
import { StoreSetupError } from '../errors.ts'
import { CredentialsError, responseErrorOf } from './errors.ts'

/** A call of the JSON API of Cloud Storage. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** From the endpoint on, percent-encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Pieces that go up one after the other, without being copied together. */
  readonly body?: readonly Uint8Array[]
  readonly signal: AbortSignal
}

/** An object's bytes as they come, and the headers before them. */
export interface ApiStream {
  readonly headers: Headers
  readonly body: Readable
}

/**
 * The client of the official package, used for what is its own: finding endpoint and credentials, and carrying requests. Its calls for
 * objects are not used: they can be neither aborted nor limited in time, pass every byte through a checksum in JavaScript, and try again by themselves.
 */
export class GcsClient {
  /** The address of a server that stands in for the service. */
  readonly standIn: string | undefined
  readonly #endpoint: string
  readonly #authorize: (url: string) => Promise<Headers>
  readonly #transport: Transport

  private constructor(
    endpoint: string,
    transport: Transport,
    authorize: (url: string) => Promise<Headers>,
    standIn?: string,
  ) {
    this.standIn = standIn
    this.#endpoint = endpoint
    this.#transport = transport
    this.#authorize = authorize
  }

  /**
   * Loads the package. Where the variable STORAGE_EMULATOR_HOST names a server, requests go there, without credentials; else to Google with
   * the application default credentials. @param url for messages @throws StoreSetupError when the package is not installed
   */
  static async load(url: string, env: NodeJS.ProcessEnv = process.env): Promise<GcsClient> {
    const { Storage } = await importSdk(url)
    const storage = new Storage({ retryOptions: { autoRetry: false } })
    // Of the clients that the package can make, the one for an API key asks nobody for anything: all that is wanted is its transport.
    const { transporter } = storage.authClient.fromAPIKey('')
    const emulator = env.STORAGE_EMULATOR_HOST
    if (emulator) {
      const endpoint = emulatorEndpoint(emulator)
      return new GcsClient(endpoint, transporter, async () => new Headers(), new URL(endpoint).host)
    }
    return new GcsClient(storage.apiEndpoint, transporter, async (url) => {
      try {
        return await storage.authClient.getRequestHeaders(url)
      } catch (cause) {
        throw new CredentialsError((cause as Error).message, { cause })
      }
    })
  }

  /** Sends a call whose answer is JSON; `undefined` for one that is not, or not whole. @throws GcsResponseError, CredentialsError, the transport's errors */
  async json(call: ApiCall): Promise<unknown> {
    const text = await this.text(call)
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  }

  /** Sends a call whose answer is text. @throws as {@link json} */
  async text(call: ApiCall): Promise<string> {
    return (await this.#send(call, 'text')).data as string
  }

  /** Sends a call whose answer is read piece by piece. @throws as {@link json} */
  async stream(call: ApiCall): Promise<ApiStream> {
    const { headers, data } = await this.#send(call, 'stream')
    return { headers, body: data as Readable }
  }

  async #send(call: ApiCall, responseType: 'text' | 'stream'): Promise<{ headers: Headers; data: unknown }> {
    const { method, path, query = {}, body, signal } = call
    const url = `${this.#endpoint}${path}?${new URLSearchParams(query)}`
    const headers = await this.#authorize(url)
    for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, value)
    if (body) headers.set('content-length', `${body.reduce((sum, piece) => sum + piece.byteLength, 0)}`)
    try {
      return await this.#transport.request<unknown>({
        url,
        method,
        headers,
        responseType,
        retry: false,
        signal,
        ...(body && { data: Readable.from(body, { objectMode: true }) }),
      })
    } catch (error) {
      throw responseErrorOf(error)
    }
  }
}

type Transport = ReturnType<Storage['authClient']['fromAPIKey']>['transporter']

async function importSdk(url: string): Promise<typeof import('@google-cloud/storage')> {
  try {
    return await import('@google-cloud/storage')
  } catch (cause) {
    const problem = 'the package @google-cloud/storage is needed for gs:// URLs; npm install @google-cloud/storage'
    throw new StoreSetupError(problem, { operation: 'use', url, cause })
  }
}

/** `HOST:PORT`, with or without scheme and with or without the API's path, as the clients of various languages want it. */
export function emulatorEndpoint(host: string): string {
  const url = /^https?:\/\//i.test(host) ? host : `http://${host}`
  return url.replace(/\/+$/, '').replace(/\/storage\/v1$/, '')
}
