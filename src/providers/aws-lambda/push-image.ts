import { InputError } from '../../errors.ts'
import { imageSource, type Login, pusher, type Steps } from '../deployment/index.ts'
import type { Clients } from './clients.ts'
import { sending } from './connect.ts'
import { calling } from './failures.ts'
import { findImage, findRepository, parseImage } from './image.ts'
import type { Account } from './policy.ts'
import { TAG } from './settings.ts'

export interface ImageToPush {
  /** Of the function; its repository is called the same. */
  readonly name: string
  readonly imageFile: string
  /** What the image has to be made for; `undefined`: whatever it is. */
  readonly architecture: 'x86_64' | 'arm64' | undefined
  readonly tags: Readonly<Record<string, string>> | undefined
  readonly account: Account
  readonly signal: AbortSignal | undefined
}

/**
 * Puts an image of this machine into the repository of the function, unless it is there. The repository is made if there is none.
 * @returns its URI by digest, and its compressed size if it was there
 * @throws InputError without a program that can push it, saying which commands would
 */
export async function pushImage(
  clients: Clients,
  { name, imageFile, architecture, tags = {}, account, signal }: ImageToPush,
  steps: Steps,
): Promise<{ readonly uri: string; readonly bytes: number | undefined }> {
  const source = await imageSource(imageFile)
  const repository = await ensureRepository(clients, { name, tags, account, signal }, steps)
  const program = await pusher(source, {
    repository,
    user: 'AWS',
    token: `aws ecr get-login-password --region ${account.region}`,
  })
  const image = await program.inspect(source, signal)
  if (architecture !== undefined && image.architecture !== undefined && image.architecture !== architecture)
    throw new InputError(
      `the image ${imageFile} is made for ${image.architecture}, and the function is to be ${architecture}`,
    )
  if (image.digest !== undefined) {
    const there = await findImage(clients, parseImage(`${repository}@${image.digest}`), signal)
    if (there) {
      steps.keep(`the image ${image.digest} in ${repository}`)
      return { uri: `${repository}@${image.digest}`, bytes: there.imageSizeInBytes }
    }
  }
  const tag = `v-${(image.digest ?? `sha256:${Date.now()}`).slice('sha256:'.length, 'sha256:'.length + 12)}`
  const digest = await steps.change('push', `${imageFile} to ${repository}:${tag} with ${program.name}`, async () =>
    program.push({ source, to: `${repository}:${tag}`, login: await login(clients, signal), signal }),
  )
  const uri = digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`
  const pushed = digest === undefined ? undefined : await findImage(clients, parseImage(uri), signal)
  return { uri, bytes: pushed?.imageSizeInBytes }
}

/** @returns the URI of the repository */
async function ensureRepository(
  clients: Clients,
  {
    name,
    tags,
    account,
    signal,
  }: {
    readonly name: string
    readonly tags: Readonly<Record<string, string>>
    readonly account: Account
    readonly signal: AbortSignal | undefined
  },
  steps: Steps,
): Promise<string> {
  const repositoryName = repositoryOf(name)
  const found = await findRepository(clients, repositoryName, signal)
  if (found && found.tags[TAG] !== name)
    throw new InputError(
      `there is a repository ${repositoryName} that was not made for this function (it has no tag ${TAG}=${name}); push the image yourself and give --image, or choose another --function`,
    )
  if (found) {
    steps.keep(`the repository ${repositoryName}`)
    return found.uri
  }
  const { sdk, client } = await clients.ecr()
  const command = new sdk.CreateRepositoryCommand({
    repositoryName,
    tags: Object.entries({ ...tags, [TAG]: name }).map(([Key, Value]) => ({ Key, Value })),
  })
  const call = { action: 'ecr:CreateRepository', resource: repositoryName, signal }
  const made = await steps.change('create', `the repository ${repositoryName}`, () =>
    calling(call, () => client.send(command, sending(signal))),
  )
  const suffix = account.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return made?.repository?.repositoryUri ?? `${account.account}.dkr.ecr.${account.region}.${suffix}/${repositoryName}`
}

/** Names of repositories are in lower case. */
export function repositoryOf(name: string): string {
  return name.toLowerCase()
}

async function login(clients: Clients, signal: AbortSignal | undefined): Promise<Login> {
  const { sdk, client } = await clients.ecr()
  const call = { action: 'ecr:GetAuthorizationToken', resource: '*', signal }
  const found = await calling(call, () => client.send(new sdk.GetAuthorizationTokenCommand({}), sending(signal)))
  const [user = '', password = ''] = Buffer.from(found.authorizationData?.[0]?.authorizationToken ?? '', 'base64')
    .toString('utf8')
    .split(':')
  return { user, password }
}
