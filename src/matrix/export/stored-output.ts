import { InputError } from '../../errors.ts'
import { openStore, type Store, splitUrl } from '../../storage/index.ts'
import type { Output, OutputOptions } from './output.ts'

/** A store takes an object in one piece, which is held in memory until then. */
const LARGEST = 256 * 2 ** 20

/** An object of a store, put when it is complete. */
export class StoredOutput implements Output {
  readonly #name: string
  readonly #store: Store
  readonly #key: string
  readonly #options: OutputOptions
  readonly #pieces: Uint8Array[] = []
  #bytes = 0

  private constructor(name: string, store: Store, key: string, options: OutputOptions) {
    this.#name = name
    this.#store = store
    this.#key = key
    this.#options = options
  }

  /** @throws InputError when there is such an object and `overwrite` is false, or it is to be larger than a piece may be */
  static async create(name: string, options: OutputOptions): Promise<StoredOutput> {
    const { store: root, path } = splitUrl(name)
    const output = new StoredOutput(name, openStore(root), path, options)
    try {
      output.#checkSize(options.bytes ?? 0)
      const { overwrite, signal } = options
      if (!overwrite && (await output.#store.stat(path, { signal })) !== undefined) throw output.#exists()
      return output
    } catch (error) {
      await output[Symbol.asyncDispose]()
      throw error
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.byteLength
    this.#checkSize(this.#bytes)
    this.#pieces.push(bytes.slice())
  }

  async finish(): Promise<void> {
    const whole = new Uint8Array(this.#bytes)
    let at = 0
    for (const piece of this.#pieces.splice(0)) {
      whole.set(piece, at)
      at += piece.byteLength
    }
    const { overwrite, signal } = this.#options
    if (!(await this.#store.put(this.#key, whole, { ifAbsent: !overwrite, signal }))) throw this.#exists()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close()
  }

  #exists(): InputError {
    return new InputError(`${this.#name} exists already; choose another name, or overwrite it (--overwrite)`)
  }

  #checkSize(bytes: number): void {
    if (bytes <= LARGEST) return
    throw new InputError(
      `cannot write ${this.#name}: a file in a store may have at most ${LARGEST / 2 ** 20} MiB; export to a path of this machine, or copy the matrix as it is (reshard)`,
    )
  }
}
