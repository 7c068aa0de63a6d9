import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { StoreSetupError } from '../errors.ts'
import type { RequestSettings } from '../remote/settings.ts'

/** The SDK's module and a client of it. */
export interface LoadedSdk {
  readonly sdk: typeof import('@aws-sdk/client-s3')
  readonly client: S3Client
}

/** Time for a connection to come about. */
const CONNECT_MS = 10_000
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
  const client = new sdk.S3Client({
    ...config,
    region: async () => region().catch(() => DEFAULT_REGION),
    forcePathStyle: (await serviceConfiguredEndpoint?.()) !== undefined,
  })
  addHeaders(client)
  return { sdk, client }
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
 * Two headers behind the SDK's back. Gets ask for the checksum, which we check ourselves while we read. Over TLS, which guards the bytes already, a put
 * is not hashed with SHA-256 as well: the CRC32C, which is signed, checks it from end to end.
 */
function addHeaders(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const request = args.request as { readonly protocol: string; readonly headers: Record<string, string> }
        if (commandName === 'GetObjectCommand' || commandName === 'HeadObjectCommand') {
          request.headers['x-amz-checksum-mode'] = 'ENABLED'
        } else if (commandName === 'PutObjectCommand' && request.protocol === 'https:') {
          request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'
        }
        return next(args)
      },
    { name: 'numpywrenHeaders', step: 'build' },
  )
}
