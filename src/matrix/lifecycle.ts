/** How an array comes into being and goes: its zarr.json is written last and removed first. */

import { objectUrl, type Store } from '../storage/index.ts'
import {
  AlreadyExistsError,
  InvalidMetadataError,
  MatrixNotFoundError,
  NestedMatrixError,
  UnsupportedArrayError,
} from './errors.ts'
import { type ArrayMetadata, decodeMetadata, encodeMetadata, nodeTypeOf } from './zarr/metadata.ts'

/** Reads and checks the zarr.json at `path`. @throws MatrixNotFoundError, InvalidMetadataError, UnsupportedArrayError */
export async function openMetadata(store: Store, path: string, signal?: AbortSignal): Promise<ArrayMetadata> {
  const url = objectUrl(store.url, path)
  const text = await readMetadata(store, path, signal)
  if (text === undefined) {
    if (await store.stat(keyIn(path, '.zarray'), { signal }))
      throw new UnsupportedArrayError(url, 'it is a Zarr v2 array')
    throw new MatrixNotFoundError(url)
  }
  if (nodeTypeOf(text, url) === 'group') throw new MatrixNotFoundError(url, 'it is a group of arrays', url)
  return decodeMetadata(text, url)
}

/** Makes sure that `path` is free for a new array, clearing away what was there. @throws AlreadyExistsError unless `overwrite` */
export async function claimPlace(store: Store, path: string, overwrite: boolean, signal?: AbortSignal): Promise<void> {
  const url = objectUrl(store.url, path)
  const text = await readMetadata(store, path, signal)
  if (text !== undefined && isGroup(text, url)) throw new AlreadyExistsError(url, 'a group of arrays')
  if (text !== undefined && !overwrite) throw new AlreadyExistsError(url)
  if (!overwrite && (await store.stat(keyIn(path, '.zarray'), { signal }))) throw new AlreadyExistsError(url)
  await refuseNesting(store, path, signal)
  await clearPlace(store, path, signal)
}

/** An array holds chunks and nothing else. @throws NestedMatrixError when `path` lies within another array */
async function refuseNesting(store: Store, path: string, signal: AbortSignal | undefined): Promise<void> {
  for (let folder = path; folder !== ''; ) {
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))
    const text = await readMetadata(store, folder, signal)
    const url = objectUrl(store.url, folder)
    if (text !== undefined && !isGroup(text, url)) throw new NestedMatrixError(objectUrl(store.url, path), url)
  }
}

/** Writes the zarr.json of a new array. @throws AlreadyExistsError when there is one */
export async function publishMetadata(
  store: Store,
  path: string,
  metadata: ArrayMetadata,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = new TextEncoder().encode(encodeMetadata(metadata))
  const isFirst = await store.put(keyIn(path, 'zarr.json'), bytes, { signal, ifAbsent: true })
  if (!isFirst) throw new AlreadyExistsError(objectUrl(store.url, path))
}

/** Removes an array with all its tiles, the metadata first. @throws MatrixNotFoundError when there is none */
export async function removeArray(
  store: Store,
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const url = objectUrl(store.url, path)
  const text = await readMetadata(store, path, signal)
  if (text === undefined) throw new MatrixNotFoundError(url)
  if (isGroup(text, url)) throw new MatrixNotFoundError(url, 'it is a group of arrays', url)
  await clearPlace(store, path, signal)
}

/**
 * Removes zarr.json and then the chunks of an array, and nothing else that lies there.
 * Where there was no metadata, only keys like those of our own unfinished arrays (`c/0/1`) are taken for chunks.
 */
export async function clearPlace(store: Store, path: string, signal?: AbortSignal): Promise<void> {
  let chunk = /^c\/[0-9]+(\/[0-9]+)*$/
  for (const name of ['zarr.json', '.zarray', '.zattrs']) {
    const key = keyIn(path, name)
    if (!(await store.stat(key, { signal }))) continue
    await store.delete(key, { signal })
    chunk = /^(c[/.])?[0-9]+([/.][0-9]+)*$/
  }
  await store.deleteAll(keysBelow(store, keyIn(path, ''), chunk, signal), { signal })
}

/** Keys whose rest behind `folder` is as `wanted` says. */
async function* keysBelow(
  store: Store,
  folder: string,
  wanted: RegExp,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  for await (const { key } of store.list(folder, { signal })) if (wanted.test(key.slice(folder.length))) yield key
}

function isGroup(text: string, url: string): boolean {
  try {
    return nodeTypeOf(text, url) === 'group'
  } catch (error) {
    // Damaged metadata are those of an array that may be replaced or removed.
    if (error instanceof InvalidMetadataError) return false
    throw error
  }
}

async function readMetadata(store: Store, path: string, signal?: AbortSignal): Promise<string | undefined> {
  const bytes = await store.get(keyIn(path, 'zarr.json'), { signal })
  return bytes && new TextDecoder().decode(bytes)
}

function keyIn(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`
}
