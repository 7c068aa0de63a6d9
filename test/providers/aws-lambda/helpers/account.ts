import { createHash } from 'node:crypto'
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { type Moto, startMoto } from '../../../helpers/servers/moto.ts'
import type { Teardown } from '../../../helpers/servers/start-server.ts'
import { type Recorder, type Reply, startRecorder } from './recorder.ts'

export const ACCOUNT = '123456789012'
export const REGISTRY: string = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`

/** An account of AWS that this process uses. */
export interface TestAccount {
  readonly moto: Moto
  readonly recorder: Recorder
  /** Puts an image into a repository. @returns its digest */
  image(tag: string, content?: string, repository?: string): Promise<string>
  bucket(name: string): Promise<void>
}

/** What the account may run at a time; moto's server does not know of it. */
export const limits: { concurrency: number } = { concurrency: 1000 }

/** Starts it, and has this process use it: the tests of a file that does so run one after the other. */
export async function startAccount(t: Teardown): Promise<TestAccount> {
  const moto = await startMoto(t)
  const recorder = await startRecorder(t, moto.endpoint)
  Object.assign(process.env, moto.env, { AWS_ENDPOINT_URL: recorder.endpoint })
  recorder.answer = accountSettings
  const image = async (tag: string, content = tag, repositoryName = 'images'): Promise<string> => {
    const client = new ECRClient({ endpoint: moto.endpoint })
    await client.send(new CreateRepositoryCommand({ repositoryName })).catch(() => undefined)
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        size: 7000,
        digest: digestOf(`config of ${content}`),
      },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          size: 2e8,
          digest: digestOf(`layer of ${content}`),
        },
      ],
    })
    const put = await client.send(
      new PutImageCommand({
        ...{ repositoryName, imageTag: tag, imageManifest },
        imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      }),
    )
    client.destroy()
    return put.image?.imageId?.imageDigest ?? ''
  }
  const bucket = async (name: string): Promise<void> => {
    const client = new S3Client({ endpoint: moto.endpoint, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: name }))
    client.destroy()
  }
  return { moto, recorder, image, bucket }
}

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

export function accountSettings({ action }: { readonly action: string }): Reply | undefined {
  if (action !== 'lambda:GetAccountSettings') return undefined
  const { concurrency } = limits
  const AccountLimit = { ConcurrentExecutions: concurrency, UnreservedConcurrentExecutions: concurrency }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ AccountLimit }) }
}
