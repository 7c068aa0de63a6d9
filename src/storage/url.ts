import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { InputError } from '../errors.ts'
import { FsStore } from './fs/fs-store.ts'
import { GcsStore } from './gcs/gcs-store.ts'
import { checkKey } from './key.ts'
import { MemoryStore } from './memory/memory-store.ts'
import { S3Store } from './s3/s3-store.ts'
import type { Store } from './store.ts'

/** Where something lies: the URL of a store and a key prefix in it ('' for the store's root). */
export interface StoreLocation {
  readonly store: string
  readonly path: string
}

/**
 * Opens the store at `s3://bucket/prefix`, `gs://bucket/prefix`, `file:///folder`, a plain path, or `memory://name/folder`.
 * Costs nothing: nothing is made, and the client library of a remote store is loaded by its first request.
 * @throws InputError for an unknown scheme and for a URL that is no valid one of its scheme
 */
export function openStore(url: string): Store {
  const parsed = parse(url)
  switch (parsed.scheme) {
    case 'file':
      return new FsStore(parsed.path)
    case 'memory':
      return new MemoryStore(parsed.name, parsed.path)
    case 's3':
      return new S3Store(parsed.name, parsed.path)
    case 'gs':
      return new GcsStore(parsed.name, parsed.path)
  }
}

/**
 * Splits the URL of a matrix into the store at its parent and its name there, so that everything in one folder goes through one store:
 * `/data/work/A` is `{ store: 'file:///data/work', path: 'A' }`. @throws InputError
 */
export function splitUrl(url: string): StoreLocation {
  const parsed = parse(url)
  if (parsed.scheme === 'file') {
    const store = pathToFileURL(dirname(parsed.path)).href.replace(/(?<!\/)\/$/, '')
    return { store, path: basename(parsed.path) }
  }
  const slash = parsed.path.lastIndexOf('/')
  const folder = slash < 0 ? '' : `/${parsed.path.slice(0, slash)}`
  return { store: `${parsed.scheme}://${parsed.name}${folder}`, path: parsed.path.slice(slash + 1) }
}

type ParsedUrl =
  | { readonly scheme: 'file'; readonly path: string }
  | { readonly scheme: 'memory' | 's3' | 'gs'; readonly name: string; readonly path: string }

function parse(url: string): ParsedUrl {
  if (url === '')
    throw new InputError('the URL of a store or matrix is empty; give a path or a URL such as file:///data/A')
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
  switch (scheme) {
    case undefined:
      return { scheme: 'file', path: resolve(url) }
    case 'file':
      return { scheme: 'file', path: filePath(url) }
    case 'memory':
      return { scheme, ...nameAndPath(url) }
    case 's3':
    case 'gs': {
      const { name, path } = nameAndPath(url)
      if (!/^[a-z0-9][a-z0-9._-]+$/i.test(name)) throw new InputError(bucketProblem(scheme, name))
      if (path !== '') checkKey(path, `${scheme}://${name}`)
      return { scheme, name, path }
    }
    default:
      throw new InputError(`${url}: unknown scheme ${scheme}://; use s3://, gs://, a path or a file:// URL`)
  }
}

/** What stands before and after the first slash behind the scheme. */
function nameAndPath(url: string): { readonly name: string; readonly path: string } {
  const [name = '', ...folders] = url
    .slice(url.indexOf('://') + 3)
    .replace(/\/+$/, '')
    .split('/')
  return { name, path: folders.join('/') }
}

/** Says nothing of what stands before an @: people try passwords there. */
function bucketProblem(scheme: string, name: string): string {
  const form = `write ${scheme}://bucket/prefix`
  if (name.includes('@')) {
    return `a ${scheme}:// URL holds no credentials: they come from the environment or the configuration files of the service's own tools; ${form}`
  }
  return `${scheme}://${name} names no valid bucket; ${form}`
}

function filePath(url: string): string {
  try {
    return resolve(fileURLToPath(url))
  } catch (cause) {
    throw new InputError(`${url} is no valid file URL (${(cause as Error).message}); write file:///folder/A`, { cause })
  }
}
