import { excerpt, FileFormatError } from '../errors.ts'
import type { TransferOptions } from '../options.ts'
import type { SourceFile } from '../source-file.ts'
import { readLines } from '../text/lines.ts'
import { parseNumber } from '../text/number.ts'
import { type MtxHeader, type MtxSizes, parseBanner, parseSizes } from './header.ts'

/** Called for every listed element, rows and columns from 0; `pause` is awaited between batches of lines. */
export interface EntrySink {
  entry(row: number, col: number, value: number): void
  pause(): Promise<void>
}

/** Banner and sizes alone. @throws FileFormatError */
export async function readMtxHeader(file: SourceFile): Promise<{ header: MtxHeader; sizes: MtxSizes }> {
  const reader = new EntryReader(file.name)
  for await (const { first, lines } of readLines(file, {})) {
    for (const [i, line] of lines.entries()) {
      reader.line(line, first + i)
      if (reader.sizes) return { header: reader.header!, sizes: reader.sizes }
    }
  }
  throw new FileFormatError(file.name, 'truncated: the file ends before the line of sizes')
}

/** Streams the elements as they are listed (symmetry not expanded). @throws FileFormatError naming the line */
export async function readMtxEntries(file: SourceFile, sink: EntrySink, options: TransferOptions): Promise<void> {
  const reader = new EntryReader(file.name, sink)
  for await (const { first, lines } of readLines(file, options)) {
    for (let i = 0; i < lines.length; i++) reader.line(lines[i]!, first + i)
    await sink.pause()
  }
  reader.end()
}

class EntryReader {
  header: MtxHeader | undefined
  sizes: MtxSizes | undefined
  readonly #file: string
  readonly #sink: EntrySink | undefined
  #seen = 0
  /** Next element of an array, which is listed down the columns. */
  #row = 0
  #col = 0

  constructor(file: string, sink?: EntrySink) {
    this.#file = file
    this.#sink = sink
  }

  line(text: string, line: number): void {
    if (!this.header) {
      this.header = parseBanner(this.#file, text)
      if (this.header.symmetry === 'skew-symmetric') this.#row = 1
      return
    }
    const content = text.trim()
    if (content === '' || content.startsWith('%')) return
    if (!this.sizes) {
      this.sizes = parseSizes(this.#file, this.header, content, line)
      return
    }
    if (!this.#sink) return
    if (this.#seen++ === this.sizes.entries)
      throw this.#error(`more than the ${this.sizes.entries} entries that were announced`, line)
    if (this.header.format === 'array') this.#arrayEntry(content, line, this.header, this.sizes)
    else this.#coordinateEntry(content, line, this.header, this.sizes)
  }

  end(): void {
    if (!this.header || !this.sizes)
      throw new FileFormatError(this.#file, 'truncated: the file ends before the line of sizes')
    if (this.#seen < this.sizes.entries) {
      throw new FileFormatError(
        this.#file,
        `truncated: ${this.sizes.entries} entries were announced, found ${this.#seen}`,
      )
    }
  }

  #arrayEntry(text: string, line: number, header: MtxHeader, sizes: MtxSizes): void {
    this.#sink?.entry(this.#row, this.#col, this.#value(text, line, header))
    if (++this.#row < sizes.rows) return
    this.#col++
    this.#row = header.symmetry === 'general' ? 0 : this.#col + (header.symmetry === 'skew-symmetric' ? 1 : 0)
  }

  #coordinateEntry(text: string, line: number, header: MtxHeader, sizes: MtxSizes): void {
    const fields = text.split(/\s+/)
    const wanted = header.field === 'pattern' ? 2 : 3
    if (fields.length !== wanted) {
      throw this.#error(
        `wanted ${wanted === 2 ? 'row and column' : 'row, column and value'}, found ${excerpt(text)}`,
        line,
      )
    }
    const row = this.#index(fields[0]!, sizes.rows, 'row', line)
    const col = this.#index(fields[1]!, sizes.cols, 'column', line)
    const value = wanted === 2 ? 1 : this.#value(fields[2]!, line, header)
    if (header.symmetry === 'skew-symmetric' && row === col && value !== 0) {
      throw this.#error(`the diagonal of a skew-symmetric matrix is zero, found ${value}`, line)
    }
    this.#sink?.entry(row, col, value)
  }

  #index(text: string, limit: number, name: string, line: number): number {
    const index = Number(text)
    if (!Number.isInteger(index)) throw this.#error(`the ${name} must be a whole number, found ${excerpt(text)}`, line)
    if (index < 1 || index > limit) throw this.#error(`${name} ${index} is outside 1 to ${limit}`, line)
    return index - 1
  }

  #value(text: string, line: number, header: MtxHeader): number {
    const value = parseNumber(text)
    if (value === undefined) throw this.#error(`${excerpt(text)} is not a number`, line)
    if (header.field === 'integer' && !Number.isInteger(value)) {
      throw this.#error(`the field is integer, found ${excerpt(text)}`, line)
    }
    return value
  }

  #error(message: string, line: number): FileFormatError {
    return new FileFormatError(this.#file, message, { position: { line } })
  }
}
