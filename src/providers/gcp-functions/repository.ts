import { InputError } from '../../errors.ts'
import { imageSource, pusher, type Steps } from '../deployment/index.ts'
import { AccessDeniedError, type DeployOptions } from '../function/index.ts'
import { callApi } from './apis.ts'
import { type Asking, asking, looking } from './asking.ts'
import { LOG_IN } from './errors.ts'
import { type Image, resolveImage } from './image.ts'
import type { Session } from './session.ts'
import { LABEL } from './settings.ts'

interface Repository {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
}

/** Full name of the repository that `deploy` makes for images of a service. */
export function repositoryName(name: string, { project, region }: Session): string {
  return `projects/${project}/locations/${region}/repositories/${name}`
}

/**
 * Puts an image of this machine into the repository of the service, which is made if there is none, unless it is there.
 * @throws InputError without a program that can push it, saying which commands would
 */
export async function pushImage(
  session: Session,
  { name, imageFile = '', tags = {}, signal }: Pick<DeployOptions, 'name' | 'imageFile' | 'tags' | 'signal'>,
  steps: Steps,
): Promise<Image> {
  const source = await imageSource(imageFile)
  const place = `${session.region}-docker.pkg.dev/${session.project}/${name}/worker`
  const program = await pusher(source, { repository: place, user: USER, token: 'gcloud auth print-access-token' })
  const { digest, architecture } = await program.inspect(source, signal)
  if (architecture === 'arm64')
    throw new InputError(`the image ${imageFile} is made for arm64, and Cloud Run runs x86_64 only`)
  await ensureRepository(session, name, tags, steps, signal)
  if (digest !== undefined) {
    const there = await findImage(session, `${place}@${digest}`, signal)
    if (there) {
      steps.keep(`the image ${digest} in ${place}`)
      return there
    }
  }
  const tag = `v-${(digest ?? `sha256:${Date.now()}`).slice('sha256:'.length, 'sha256:'.length + 12)}`
  const pushed = await steps.change('push', `${imageFile} to ${place}:${tag} with ${program.name}`, async () =>
    program.push({
      source,
      to: `${place}:${tag}`,
      login: { user: USER, password: await accessToken(session) },
      signal,
    }),
  )
  return pushed === undefined
    ? { uri: `${place}:${tag}`, bytes: undefined }
    : ((await findImage(session, `${place}@${pushed}`, signal)) ?? { uri: `${place}@${pushed}`, bytes: undefined })
}

/** What Artifact Registry calls whoever comes with an access token. */
const USER = 'oauth2accesstoken'

async function findImage(session: Session, uri: string, signal?: AbortSignal): Promise<Image | undefined> {
  try {
    return await resolveImage(session, uri, signal)
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

async function accessToken({ auth }: Session): Promise<string> {
  const token = await auth.getAccessToken()
  if (!token) throw new AccessDeniedError(`no access token could be had for Artifact Registry; ${LOG_IN}`)
  return token
}

async function ensureRepository(
  session: Session,
  name: string,
  tags: Readonly<Record<string, string>>,
  steps: Steps,
  signal?: AbortSignal,
): Promise<void> {
  const full = repositoryName(name, session)
  const found = await findRepository(session, name, signal)
  if (found && !isOurs(found, name))
    throw new InputError(
      `there is a repository ${name} in ${session.region} that was not made for this service (it has no label ${LABEL}=${name}); push the image yourself and give --image, or choose another --function`,
    )
  if (found) {
    steps.keep(`the repository ${full}`)
    return
  }
  const body = { format: 'DOCKER', labels: { ...tags, [LABEL]: name } }
  const path = `/v1/${full.replace(/\/[^/]+$/, '')}?repositoryId=${name}`
  await steps.change('create', `the repository ${full}`, () =>
    asking(about('create', name, signal), async () => {
      await settled(session, await callApi(session, 'artifactregistry', path, { method: 'POST', body, signal }), signal)
    }),
  )
}

export async function findRepository(
  session: Session,
  name: string,
  signal?: AbortSignal,
): Promise<Repository | undefined> {
  return await looking(
    about('look for', name, signal),
    async () =>
      (await callApi(session, 'artifactregistry', `/v1/${repositoryName(name, session)}`, { signal })) as Repository,
  )
}

export function isOurs({ labels }: Repository, name: string): boolean {
  return labels?.[LABEL] === name
}

export async function deleteRepository(session: Session, name: string, signal?: AbortSignal): Promise<void> {
  const path = `/v1/${repositoryName(name, session)}`
  await looking(about('delete', name, signal), () =>
    callApi(session, 'artifactregistry', path, { method: 'DELETE', signal }),
  )
}

/** Waits until an operation is over. @throws what it ended with */
async function settled(session: Session, begun: unknown, signal?: AbortSignal): Promise<void> {
  let operation = begun as { readonly name: string; readonly done?: boolean; readonly error?: object }
  while (!operation.done) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    operation = (await callApi(session, 'artifactregistry', `/v1/${operation.name}`, { signal })) as typeof operation
  }
  if (operation.error) throw operation.error
}

function about(doing: string, name: string, signal: AbortSignal | undefined): Asking {
  return { doing: `${doing} the repository ${name}`, role: 'roles/artifactregistry.admin', signal }
}
