import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InputError } from '../../errors.ts'

/** An image on this machine, in the words of skopeo. */
export interface ImageSource {
  readonly transport: 'oci' | 'oci-archive' | 'docker-archive'
  readonly path: string
  /** Which of several images of a layout; '' for the only one. */
  readonly reference: string
}

/** Of a registry; goes through files and pipes only, never through arguments, which everybody sees. */
export interface Login {
  readonly user: string
  readonly password: string
}

export interface Push {
  readonly source: ImageSource
  /** REGISTRY/REPOSITORY:TAG */
  readonly to: string
  readonly login: Login
  readonly signal: AbortSignal | undefined
}

/** A program that knows images. */
export interface Pusher {
  readonly name: string
  readonly takes: readonly ImageSource['transport'][]
  /** What the image is, as far as the program tells without unpacking it. */
  inspect(
    source: ImageSource,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly digest?: string | undefined; readonly architecture?: 'x86_64' | 'arm64' | undefined }>
  /** @returns the digest of what is in the registry then */
  push(push: Push): Promise<string>
}

const TRANSPORTS = /^(oci|oci-archive|docker-archive):([^:]+)(?::(.+))?$/

/** @throws InputError when there is no such file or folder */
export async function imageSource(imageFile: string): Promise<ImageSource> {
  const [, transport, path = imageFile, reference = ''] = TRANSPORTS.exec(imageFile) ?? []
  const found = await stat(path).catch((cause: Error) => {
    const forms = 'give oci-archive:FILE, oci:FOLDER:TAG or docker-archive:FILE'
    throw new InputError(`no image can be read from ${imageFile}: ${cause.message}; ${forms}`, { cause })
  })
  const guessed = found.isDirectory() ? 'oci' : 'oci-archive'
  return { transport: (transport ?? guessed) as ImageSource['transport'], path: resolve(path), reference }
}

/** As skopeo takes it. */
export function sourceText({ transport, path, reference }: ImageSource): string {
  return reference === '' ? `${transport}:${path}` : `${transport}:${path}:${reference}`
}
