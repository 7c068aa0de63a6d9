import { createHash } from 'node:crypto'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { setImmediate } from 'node:timers/promises'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { StoreSetupError } from '../errors.ts'
import type { RequestSettings } from '../remote/settings.ts'

/** The SDK's module and a client of it. */
export interface LoadedSdk {
  readonly sdk: typeof import('@aws-sdk/client-s3')
  readonly client: S3Client
  /** Host and port of the server, where it is another than AWS's own. */
  readonly endpoint: string | undefined
  /** As the settings say it; `undefined` when they do not. */
  readonly region: string | undefined
}

/** Time for a connection to come about. */
const CONNECT_MS = 10_000
/** About half a millisecond of SHA-256. */
const HASHED_AT_ONCE = 2 ** 20
/** Where neither environment nor profile name a region: S3's own default, and what servers of other makes go by. */
const DEFAULT_REGION = 'us-east-1'

/**
 * Loads the SDK and makes a client that finds credentials, region and endpoint as every tool of AWS does (environment, profiles, roles).
 * It makes one attempt at each request, keeps connections, and addresses buckets by path wherever an endpoint is configured.
 * @throws StoreSetupError when the package is not installed
 */
export async function loadClient(url: string, settings: RequestSettings): Promise<LoadedSdk> {
  const sdk = await importSdk(url)
  const agent = { keepAlive: true, maxSockets: settings.connections, scheduling: 'lifo' as const }
  const config: S3ClientConfig = {
    maxAttempts: 1,
    // Ours are CRC32C, which the addon computes many times faster than the SDK computes any.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Asking first whether a tile may come costs a round trip, and a connection, for every tile.
    expectContinueHeader: false,
    requestHandler: {
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
      connectionTimeout: CONNECT_MS,
      socketTimeout: settings.stallMs,
    },
  }
  const { region, serviceConfiguredEndpoint } = new sdk.S3Client(config).config
  const configured = await serviceConfiguredEndpoint?.()
  const configuredRegion = await region().catch(() => undefined)
  const client = new sdk.S3Client({
    ...config,
    region: configuredRegion ?? DEFAULT_REGION,
    forcePathStyle: configured !== undefined,
  })
  addHeaders(client)
  const endpoint = configured && URL.canParse(configured) ? new URL(configured).host : configured
  return { sdk, client, endpoint, region: configuredRegion }
}

async function importSdk(url: string): Promise<typeof import('@aws-sdk/client-s3')> {
  try {
    return await import('@aws-sdk/client-s3')
  } catch (cause) {
    throw new StoreSetupError(
      'the package @aws-sdk/client-s3 is needed for s3:// URLs; npm install @aws-sdk/client-s3',
      {
        operation: 'use',
        url,
        cause,
      },
    )
  }
}

/**
 * Headers that the SDK would make otherwise. Gets ask for the checksum, which we check ourselves while we read. The SHA-256 that signs the body of a put
 * is computed piece by piece; over TLS, which guards the bytes already, there is none: the CRC32C, which is signed, checks it from end to end.
 */
function addHeaders(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { protocol, headers, body } = args.request as RequestToSend
        if (commandName === 'GetObjectCommand' || commandName === 'HeadObjectCommand') {
          headers['x-amz-checksum-mode'] = 'ENABLED'
        } else if (commandName === 'PutObjectCommand') {
          headers['x-amz-content-sha256'] = protocol === 'https:' ? 'UNSIGNED-PAYLOAD' : await sha256(body)
        }
        return next(args)
      },
    { name: 'numpywrenHeaders', step: 'build' },
  )
}

interface RequestToSend {
  readonly protocol: string
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

/** In pieces, between which the event loop goes on. */
async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += HASHED_AT_ONCE) {
    if (at > 0) await setImmediate()
    hash.update(bytes.subarray(at, at + HASHED_AT_ONCE))
  }
  return hash.digest('hex')
}
