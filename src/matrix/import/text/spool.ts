import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LocalFile } from '../local-file.ts'
import type { RawMatrix } from '../raw-matrix.ts'
import { makeScratchFolder } from '../scratch-folder.ts'
import { writeFailure } from '../write-failure.ts'

const bufferElements = 2 ** 19

/** A temporary file that takes doubles in order and then serves as a raw matrix. */
export class Spool {
  readonly #folder: string
  readonly #handle: FileHandle
  #source: LocalFile | undefined
  #buffer = new Float64Array(bufferElements)
  #used = 0

  private constructor(folder: string, handle: FileHandle) {
    this.#folder = folder
    this.#handle = handle
  }

  /** @param parent the folder in which a temporary folder is made. @default the system's */
  static async create(parent?: string): Promise<Spool> {
    const folder = await makeScratchFolder(parent)
    try {
      return new Spool(folder, await open(join(folder, 'values'), 'w'))
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  /** True when {@link flush} is due. */
  get isFull(): boolean {
    return this.#used >= bufferElements / 2
  }

  push(values: Float64Array): void {
    this.#reserve(values.length)
    this.#buffer.set(values, this.#used)
    this.#used += values.length
  }

  pushOne(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#used++] = value
  }

  #reserve(count: number): void {
    const needed = this.#used + count
    if (needed <= this.#buffer.length) return
    const larger = new Float64Array(needed + bufferElements)
    larger.set(this.#buffer.subarray(0, this.#used))
    this.#buffer = larger
  }

  async flush(): Promise<void> {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#used * 8)
    try {
      for (let done = 0; done < bytes.byteLength; ) {
        done += (await this.#handle.write(bytes, done)).bytesWritten
      }
    } catch (cause) {
      throw writeFailure(this.#folder, cause)
    }
    this.#used = 0
  }

  /** What was pushed, as a matrix; nothing can be pushed after it. */
  async asMatrix(shape: readonly [number, number], order: RawMatrix['order']): Promise<RawMatrix> {
    await this.flush()
    this.#source = await LocalFile.open(join(this.#folder, 'values'))
    return { file: this.#source, offset: 0, shape, element: { kind: 'float', bytes: 8, littleEndian: true }, order }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source?.[Symbol.asyncDispose]()
    await this.#handle.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
