import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { InputError } from '../../errors.ts'
import { writeFailure } from '../import/write-failure.ts'
import type { Output } from './output.ts'

/** A file of this machine; until it is complete it has a temporary name beside its own. */
export class LocalOutput implements Output {
  readonly #name: string
  readonly #temporary: string
  readonly #handle: FileHandle
  #isDone = false

  private constructor(name: string, temporary: string, handle: FileHandle) {
    this.#name = name
    this.#temporary = temporary
    this.#handle = handle
  }

  /** @throws InputError when there is such a file and `overwrite` is false, or its folder cannot be written */
  static async create(name: string, overwrite: boolean): Promise<LocalOutput> {
    const existing = await stat(name).catch(() => undefined)
    if (existing?.isDirectory()) throw new InputError(`cannot write ${name}: it is a folder`)
    if (existing && !overwrite)
      throw new InputError(`${name} exists already; choose another name, or overwrite it (--overwrite)`)
    const temporary = `${name}.${randomUUID().slice(0, 8)}.tmp`
    try {
      return new LocalOutput(name, temporary, await open(temporary, 'wx'))
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      throw new InputError(`cannot write ${name}: ${code === 'ENOENT' ? 'its folder does not exist' : message}`, {
        cause,
      })
    }
  }

  /** Appends. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.byteLength; ) {
        done += (await this.#handle.write(bytes, done)).bytesWritten
      }
    } catch (cause) {
      throw writeFailure(this.#name, cause)
    }
  }

  /** Flushes the file and gives it its name. */
  async finish(): Promise<void> {
    await this.#handle.sync()
    await rename(this.#temporary, this.#name)
    this.#isDone = true
  }

  /** Without {@link finish} before it, the file vanishes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
    if (!this.#isDone) await rm(this.#temporary, { force: true })
  }
}
