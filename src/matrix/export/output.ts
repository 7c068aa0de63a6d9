import { existsSync } from 'node:fs'
import { openStore, splitUrl } from '../../storage/index.ts'
import { localPath } from '../local-path.ts'
import { LocalOutput } from './local-output.ts'
import { StoredOutput } from './stored-output.ts'

/** A file that comes into being: it appears under its name only when it is complete. Without `finish` before its end there is none. */
export interface Output extends AsyncDisposable {
  /** Appends. */
  write(bytes: Uint8Array): Promise<void>
  finish(): Promise<void>
}

export interface OutputOptions {
  readonly overwrite: boolean
  /** Length of the whole, when it is known. */
  readonly bytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Begins a file at a path, or an object at the URL of a store.
 * @throws InputError when it exists and `overwrite` is false, when its folder cannot be written, or when it is too large for an object
 */
export async function openOutput(name: string, options: OutputOptions): Promise<Output> {
  const path = localPath(name)
  if (path === undefined) return await StoredOutput.create(name, options)
  return await LocalOutput.create(path, options.overwrite)
}

/** True when there is a file or an object of this name already. */
export async function outputExists(name: string, signal?: AbortSignal): Promise<boolean> {
  const path = localPath(name)
  if (path !== undefined) return existsSync(path)
  const { store: root, path: key } = splitUrl(name)
  const store = openStore(root)
  try {
    return (await store.stat(key, { signal })) !== undefined
  } finally {
    await store.close()
  }
}
