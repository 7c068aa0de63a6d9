import { InputError } from '../../errors.ts'

/** Where in a text file something was found; both count from 1. */
export interface TextPosition {
  readonly line: number
  readonly column?: number
}

/** A file or Zarr array that cannot be imported: names it, the place, what was wanted and what was found. */
export class FileFormatError extends InputError {
  override readonly _tag = 'FileFormatError'
  readonly file: string
  readonly position: TextPosition | undefined

  constructor(file: string, message: string, options?: ErrorOptions & { readonly position?: TextPosition }) {
    const { line, column } = options?.position ?? {}
    const place = line === undefined ? file : `${file}:${line}${column === undefined ? '' : `:${column}`}`
    super(`${place}: ${message}`, options)
    this.file = file
    this.position = options?.position
  }
}

/** At most `limit` characters of `text` for a message, control characters made visible. */
export function excerpt(text: string, limit = 40): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}...` : text
  return JSON.stringify(cut)
}
