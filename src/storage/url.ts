import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { InputError } from '../errors.ts'
import { FsStore } from './fs/fs-store.ts'
import { MemoryStore } from './memory/memory-store.ts'
import type { Store } from './store.ts'

/** Where something lies: the URL of a store and a key prefix in it ('' for the store's root). */
export interface StoreLocation {
  readonly store: string
  readonly path: string
}

/**
 * Opens the store at `file:///folder`, a plain path, or `memory://name/folder`. Costs nothing; nothing is made.
 * @throws InputError for a scheme that this build has no adapter for
 */
export function openStore(url: string): Store {
  const parsed = parse(url)
  if (parsed.scheme === 'file') return new FsStore(parsed.path)
  return new MemoryStore(parsed.name, parsed.path)
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
  return { store: `memory://${parsed.name}${folder}`, path: parsed.path.slice(slash + 1) }
}

type ParsedUrl =
  | { readonly scheme: 'file'; readonly path: string }
  | { readonly scheme: 'memory'; readonly name: string; readonly path: string }

function parse(url: string): ParsedUrl {
  if (url === '')
    throw new InputError('the URL of a store or matrix is empty; give a path or a URL such as file:///data/A')
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
  switch (scheme) {
    case undefined:
      return { scheme: 'file', path: resolve(url) }
    case 'file':
      return { scheme: 'file', path: filePath(url) }
    case 'memory': {
      const [name = '', ...folders] = url.slice('memory://'.length).replace(/\/+$/, '').split('/')
      return { scheme: 'memory', name, path: folders.join('/') }
    }
    case 's3':
    case 'gs':
      throw new InputError(`${url}: this build has no adapter for ${scheme}:// yet; use a path or a file:// URL`)
    default:
      throw new InputError(`${url}: unknown scheme ${scheme}://; use a path or a file:// URL`)
  }
}

function filePath(url: string): string {
  try {
    return resolve(fileURLToPath(url))
  } catch (cause) {
    throw new InputError(`${url} is no valid file URL (${(cause as Error).message}); write file:///folder/A`, { cause })
  }
}
