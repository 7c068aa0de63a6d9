import type { ImageDetail } from '@aws-sdk/client-ecr'
import { InputError } from '../../errors.ts'
import type { Clients } from './clients.ts'
import { sending } from './connect.ts'
import { calling, looking } from './failures.ts'
import type { Account } from './policy.ts'

/** An image in a registry of ECR. */
export interface ImageUri {
  readonly registry: string
  readonly registryId: string
  readonly region: string
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

const FORM =
  /^((\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)\/([a-z0-9][a-z0-9._/-]*)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/

/** @throws InputError for a URI that is none of ECR: Lambda takes images from nowhere else */
export function parseImage(uri: string): ImageUri {
  const [, registry, registryId, region, repository, tag, digest] = FORM.exec(uri) ?? []
  if (registry === undefined || registryId === undefined || region === undefined || repository === undefined) {
    throw new InputError(
      `Lambda takes images from ECR only, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG, not ${uri}; --image-file puts a local one there`,
    )
  }
  if (tag === undefined && digest === undefined) throw new InputError(`give the tag or the digest of the image ${uri}`)
  return { registry, registryId, region, repository, tag, digest }
}

/** What the registry says of an image; `undefined` when it is not there. */
export async function findImage(
  clients: Clients,
  { registryId, repository, tag, digest }: ImageUri,
  signal: AbortSignal | undefined,
): Promise<ImageDetail | undefined> {
  const { sdk, client } = await clients.ecr()
  const command = new sdk.DescribeImagesCommand({
    registryId,
    repositoryName: repository,
    imageIds: [digest === undefined ? { imageTag: tag } : { imageDigest: digest }],
  })
  const call = { action: 'ecr:DescribeImages', resource: repository, signal }
  const missing = ['ImageNotFoundException', 'RepositoryNotFoundException']
  const found = await looking(call, missing, () => client.send(command, sending(signal)))
  return found?.imageDetails?.[0]
}

/** The image by its digest, so that a tag that moves does not change what a deployment means. @throws InputError when there is none, or in another region */
export async function resolveImage(
  clients: Clients,
  uri: string,
  account: Account,
  signal: AbortSignal | undefined,
): Promise<{ readonly uri: string; readonly bytes: number | undefined }> {
  const image = parseImage(uri)
  if (image.region !== account.region) {
    throw new InputError(
      `the image ${uri} lies in ${image.region}, and Lambda in ${account.region} takes images of its own region only; copy it, or give --region ${image.region}`,
    )
  }
  // Only the owner of a registry may look into it.
  if (image.registryId !== account.account) return { uri, bytes: undefined }
  const found = await findImage(clients, image, signal)
  if (found?.imageDigest === undefined)
    throw new InputError(`there is no image ${uri}; push it first, or give --image-file`)
  return { uri: `${image.registry}/${image.repository}@${found.imageDigest}`, bytes: found.imageSizeInBytes }
}

/** A repository of ECR with its tags. */
export interface Repository {
  readonly uri: string
  readonly arn: string
  readonly tags: Readonly<Record<string, string>>
}

export async function findRepository(
  clients: Clients,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Repository | undefined> {
  const { sdk, client } = await clients.ecr()
  const call = { action: 'ecr:DescribeRepositories', resource: name, signal }
  const command = new sdk.DescribeRepositoriesCommand({ repositoryNames: [name] })
  // What cannot be the name of a repository is not the name of one.
  const missing = ['RepositoryNotFoundException', 'InvalidParameterException']
  const found = await looking(call, missing, () => client.send(command, sending(signal)))
  const { repositoryUri: uri, repositoryArn: arn } = found?.repositories?.[0] ?? {}
  if (uri === undefined || arn === undefined) return undefined
  const listed = await calling({ action: 'ecr:ListTagsForResource', resource: name, signal }, () =>
    client.send(new sdk.ListTagsForResourceCommand({ resourceArn: arn }), sending(signal)),
  )
  return { uri, arn, tags: Object.fromEntries((listed.tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])) }
}
