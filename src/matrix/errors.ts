/** What can be wrong with a matrix in a store. */

import { type ErrorCategory, InputError, NumpywrenError } from '../errors.ts'

/** There is no array where one was named. */
export class MatrixNotFoundError extends InputError {
  override readonly _tag = 'MatrixNotFoundError'
  readonly url: string

  /** @param folder where to look for the right name. @default the folder that the URL lies in */
  constructor(url: string, reason = 'there is no zarr.json', folder: string = url.slice(0, url.lastIndexOf('/'))) {
    super(`no matrix at ${url}: ${reason}; check the URL or run 'numpywren ls ${folder}'`)
    this.url = url
  }
}

/** Something lies where an array was to be made. */
export class AlreadyExistsError extends InputError {
  override readonly _tag = 'AlreadyExistsError'
  readonly url: string

  constructor(url: string, what = 'a matrix') {
    super(`there is already ${what} at ${url}; choose another URL, or overwrite it (--overwrite)`)
    this.url = url
  }
}

/** An array was to be made within another one. */
export class NestedMatrixError extends InputError {
  override readonly _tag = 'NestedMatrixError'
  readonly url: string

  constructor(url: string, outer: string) {
    super(`${url} lies inside the matrix ${outer}; choose a URL outside of it`)
    this.url = url
  }
}

/** The array's metadata are damaged or do not say what Zarr v3 demands. */
export class InvalidMetadataError extends InputError {
  override readonly _tag = 'InvalidMetadataError'
  readonly url: string

  /** @param url of the metadata object */
  constructor(url: string, { problem, cause }: { readonly problem: string; readonly cause?: unknown }) {
    super(
      `the metadata in ${url} are not those of a Zarr v3 array: ${problem}`,
      cause === undefined ? undefined : { cause },
    )
    this.url = url
  }
}

/** A Zarr array that is not tiles as we compute on them. */
export class UnsupportedArrayError extends InputError {
  override readonly _tag = 'UnsupportedArrayError'
  readonly url: string

  constructor(url: string, problem: string) {
    super(`${url} cannot be used as it is: ${problem}; use 'numpywren import ${url} NEW_URL' and compute on that`)
    this.url = url
  }
}

/** A layout that no array can have. */
export class InvalidLayoutError extends InputError {
  override readonly _tag = 'InvalidLayoutError'
}

/** An index or a range outside the array. */
export class OutOfBoundsError extends InputError {
  override readonly _tag = 'OutOfBoundsError'
}

/** A write to what can only be read: a view, or an array in a foreign encoding. */
export class ReadOnlyError extends InputError {
  override readonly _tag = 'ReadOnlyError'
}

/** A stored tile whose length or checksum is wrong. It is as good as absent, and can be computed again. */
export class CorruptTileError extends NumpywrenError {
  readonly _tag = 'CorruptTileError'
  readonly category: ErrorCategory = 'fatal'
  readonly index: readonly number[]
  readonly key: string
  readonly reason: string

  constructor(url: string, index: readonly number[], key: string, reason: string, options?: ErrorOptions) {
    super(
      `tile [${index}] of ${url} is damaged: ${reason} (object ${key}); resume the run that wrote it, or import it again`,
      options,
    )
    this.index = index
    this.key = key
    this.reason = reason
  }
}
