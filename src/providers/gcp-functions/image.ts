import { InputError } from '../../errors.ts'
import { AccessDeniedError } from '../function/index.ts'
import { callApi } from './apis.ts'
import { type Asking, looking } from './asking.ts'
import type { Session } from './session.ts'

export interface Image {
  readonly uri: string
  /** Compressed, as it is stored; `undefined` when it is not known. */
  readonly bytes: number | undefined
}

const FORM =
  /^(([a-z0-9-]+)-docker\.pkg\.dev\/([a-z0-9:.-]+)\/([a-z][a-z0-9-]*)\/([a-z0-9][a-z0-9._/-]*))(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/

/**
 * The image by its digest, so that a tag that moves does not change what a deployment means. An image that is not in Artifact Registry, or may
 * not be looked at, is taken as it is named.
 * @throws InputError when there is none
 */
export async function resolveImage(session: Session, uri: string, signal?: AbortSignal): Promise<Image> {
  const [, place, location, project, repository, name, tag = 'latest', given] = FORM.exec(uri) ?? []
  if (place === undefined || name === undefined) return { uri, bytes: undefined }
  const path = `/v1/projects/${project}/locations/${location}/repositories/${repository}`
  const about: Asking = { doing: `look at the image ${uri}`, role: 'roles/artifactregistry.reader', signal }
  const encoded = encodeURIComponent(name)
  try {
    const digest = given ?? (await taggedDigest(session, `${path}/packages/${encoded}/tags/${tag}`, about))
    const found =
      digest &&
      (await looking(about, () =>
        callApi(session, 'artifactregistry', `${path}/dockerImages/${encoded}@${digest}`, { signal }),
      ))
    if (!found) throw new InputError(`there is no image ${uri}; push it first, or give --image-file`)
    const { imageSizeBytes } = found as { readonly imageSizeBytes?: string }
    return { uri: `${place}@${digest}`, bytes: imageSizeBytes === undefined ? undefined : Number(imageSizeBytes) }
  } catch (error) {
    if (error instanceof AccessDeniedError) return { uri, bytes: undefined }
    throw error
  }
}

async function taggedDigest(session: Session, path: string, about: Asking): Promise<string | undefined> {
  const found = await looking(about, () => callApi(session, 'artifactregistry', path, { signal: about.signal }))
  const { version } = (found ?? {}) as { readonly version?: string }
  return version?.split('/').at(-1)
}
