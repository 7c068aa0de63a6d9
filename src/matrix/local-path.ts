import { fileURLToPath } from 'node:url'
import { InputError } from '../errors.ts'

/** The path that a name or `file://` URL stands for; `undefined` for a URL that only a store can open. @throws InputError */
export function localPath(file: string): string | undefined {
  if (/^file:\/\//i.test(file)) {
    try {
      return fileURLToPath(file)
    } catch (cause) {
      throw new InputError(`${file} is no valid file URL (${(cause as Error).message}); write file:///folder/A`, {
        cause,
      })
    }
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(file) ? undefined : file
}
