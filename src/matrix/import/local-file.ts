import { readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { InputError } from '../../errors.ts'
import { FileFormatError } from './errors.ts'
import type { SourceFile } from './source-file.ts'

/** A regular file of this machine. */
export class LocalFile implements SourceFile {
  readonly name: string
  readonly bytes: number
  readonly #handle: FileHandle

  private constructor(name: string, bytes: number, handle: FileHandle) {
    this.name = name
    this.bytes = bytes
    this.#handle = handle
  }

  /** @throws InputError when it is missing, unreadable, empty or no regular file */
  static async open(name: string): Promise<LocalFile> {
    const handle = await open(name).catch((cause: NodeJS.ErrnoException) => {
      throw openFailure(name, cause)
    })
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) throw new InputError(`${name} is not a regular file; write its content to a file first`)
      if (stat.size === 0) throw new FileFormatError(name, 'the file is empty')
      return new LocalFile(name, stat.size, handle)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  async read(into: Uint8Array, position: number): Promise<void> {
    for (let filled = 0; filled < into.byteLength; ) {
      const { bytesRead } = await this.#handle.read(into, filled, into.byteLength - filled, position + filled)
      if (bytesRead === 0) throw this.#ended(position + filled)
      filled += bytesRead
    }
  }

  /** A thread-pool trip for each short piece would cost more than the read: these block. */
  async readPieces(into: Uint8Array, position: number, pieceBytes: number, step: number): Promise<void> {
    for (let at = 0, from = position; at < into.byteLength; at += pieceBytes, from += step) {
      for (let filled = 0; filled < pieceBytes; ) {
        const count = readSync(this.#handle.fd, into, at + filled, pieceBytes - filled, from + filled)
        if (count === 0) throw this.#ended(from + filled)
        filled += count
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  #ended(position: number): FileFormatError {
    return new FileFormatError(this.name, `the file ended at byte ${position} while it was read; was it cut meanwhile?`)
  }
}

/** The sentence for a file that cannot be opened. */
export function openFailure(name: string, cause: NodeJS.ErrnoException): InputError {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file or folder',
    ENOTDIR: 'a part of this path is not a folder',
    EACCES: 'permission to read it is denied',
    EISDIR: 'it is a folder',
  }
  return new InputError(`cannot read ${name}: ${reasons[cause.code ?? ''] ?? cause.message}`, { cause })
}
