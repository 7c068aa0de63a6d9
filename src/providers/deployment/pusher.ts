import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { InputError } from '../../errors.ts'
import { docker } from './docker.ts'
import { skopeo } from './skopeo.ts'
import { type ImageSource, type Pusher, sourceText } from './source.ts'

/**
 * The first program on the PATH that can push the image.
 * @param token command that writes the password for the registry
 * @throws InputError with the commands to be run where there is one
 */
export async function pusher(
  source: ImageSource,
  { repository, user, token }: { readonly repository: string; readonly user: string; readonly token: string },
): Promise<Pusher> {
  for (const program of [skopeo, docker]) {
    if (program.takes.includes(source.transport) && (await isOnPath(program.name))) return program
  }
  const registry = repository.split('/')[0]
  throw new InputError(
    `neither skopeo nor docker is here to push ${sourceText(source)}; install skopeo, or run where one is:
  ${token} | skopeo login --username ${user} --password-stdin ${registry}
  skopeo copy ${sourceText(source)} docker://${repository}:latest
and deploy with --image ${repository}:latest`,
  )
}

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const isThere = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return true
  }
  return false
}
