import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { ECRClient } from '@aws-sdk/client-ecr'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { LambdaClient, LambdaClientConfig } from '@aws-sdk/client-lambda'
import type { S3Client } from '@aws-sdk/client-s3'
import type { STSClient } from '@aws-sdk/client-sts'
import { InputError } from '../../errors.ts'

/** A module of the SDK and a client of it. */
export interface Loaded<Sdk, Client> {
  readonly sdk: Sdk
  readonly client: Client
}

type LambdaSdk = typeof import('@aws-sdk/client-lambda')

/** Time for a connection to come about. */
const CONNECT_MS = 10_000
/** Without a byte for so long, an answer of the administration does not come any more. */
const SILENCE_MS = 60_000

/**
 * Clients of the services, each loaded when first used. Credentials, region and endpoints come from where every tool of AWS takes them:
 * environment, profiles, roles.
 */
export class Clients {
  readonly #region: { readonly region?: string }
  readonly #opened: { destroy(): void }[] = []
  readonly #memo = new Map<string, Promise<Loaded<unknown, unknown>>>()

  /** @param region instead of that of the environment */
  constructor(region: string | undefined) {
    this.#region = region === undefined ? {} : { region }
  }

  lambda(): Promise<Loaded<LambdaSdk, LambdaClient>> {
    return this.#load('lambda', async () => {
      const sdk = await installed('@aws-sdk/client-lambda', () => import('@aws-sdk/client-lambda'))
      return { sdk, client: new sdk.LambdaClient(this.#administration()) }
    })
  }

  /**
   * A client for invocations only: one attempt at each, as many at the same time as there are callers, over connections that are kept.
   * @param answerMs after which an answer does not come any more
   */
  invoking(answerMs: number): Promise<Loaded<LambdaSdk, LambdaClient>> {
    return this.#load('invoking', async () => {
      const sdk = await installed('@aws-sdk/client-lambda', () => import('@aws-sdk/client-lambda'))
      const agent = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, scheduling: 'lifo' as const }
      const config: LambdaClientConfig = {
        ...this.#region,
        maxAttempts: 1,
        requestHandler: {
          httpAgent: new HttpAgent(agent),
          httpsAgent: new HttpsAgent(agent),
          connectionTimeout: CONNECT_MS,
          requestTimeout: answerMs,
          throwOnRequestTimeout: true,
        },
      }
      return { sdk, client: new sdk.LambdaClient(config) }
    })
  }

  iam(): Promise<Loaded<typeof import('@aws-sdk/client-iam'), IAMClient>> {
    return this.#load('iam', async () => {
      const sdk = await installed('@aws-sdk/client-iam', () => import('@aws-sdk/client-iam'))
      return { sdk, client: new sdk.IAMClient(this.#administration()) }
    })
  }

  ecr(): Promise<Loaded<typeof import('@aws-sdk/client-ecr'), ECRClient>> {
    return this.#load('ecr', async () => {
      const sdk = await installed('@aws-sdk/client-ecr', () => import('@aws-sdk/client-ecr'))
      return { sdk, client: new sdk.ECRClient(this.#administration()) }
    })
  }

  sts(): Promise<Loaded<typeof import('@aws-sdk/client-sts'), STSClient>> {
    return this.#load('sts', async () => {
      const sdk = await installed('@aws-sdk/client-sts', () => import('@aws-sdk/client-sts'))
      return { sdk, client: new sdk.STSClient(this.#administration()) }
    })
  }

  s3(): Promise<Loaded<typeof import('@aws-sdk/client-s3'), S3Client>> {
    return this.#load('s3', async () => {
      const sdk = await installed('@aws-sdk/client-s3', () => import('@aws-sdk/client-s3'))
      return { sdk, client: new sdk.S3Client({ ...this.#administration(), forcePathStyle: true }) }
    })
  }

  /** @throws InputError when neither options nor environment nor profile name one */
  async region(): Promise<string> {
    const { client } = await this.lambda()
    try {
      return await client.config.region()
    } catch (cause) {
      throw new InputError('no AWS region is set; give --region, or set AWS_REGION or the region of the profile', {
        cause,
      })
    }
  }

  /** Host of the Lambda API where it is not AWS itself. */
  async standIn(): Promise<string | undefined> {
    const { client } = await this.lambda()
    const endpoint = await client.config.serviceConfiguredEndpoint?.()
    if (endpoint === undefined) return undefined
    const { host, hostname } = new URL(endpoint)
    return /(^|\.)(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.test(hostname) ? undefined : host
  }

  close(): void {
    for (const client of this.#opened.splice(0)) client.destroy()
    this.#memo.clear()
  }

  #administration(): { readonly region?: string; readonly requestHandler: object } {
    return { ...this.#region, requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS } }
  }

  #load<Sdk, Client extends { destroy(): void }>(
    name: string,
    open: () => Promise<Loaded<Sdk, Client>>,
  ): Promise<Loaded<Sdk, Client>> {
    const known = this.#memo.get(name) as Promise<Loaded<Sdk, Client>> | undefined
    if (known) return known
    const opening = open().then((loaded) => {
      this.#opened.push(loaded.client)
      return loaded
    })
    this.#memo.set(name, opening)
    return opening
  }
}

async function installed<Sdk>(name: string, load: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await load()
  } catch (cause) {
    throw new InputError(`the package ${name} is needed for aws-lambda; npm install ${name}`, { cause })
  }
}
