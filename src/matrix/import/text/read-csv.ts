import { excerpt, FileFormatError } from '../errors.ts'
import type { TransferOptions } from '../options.ts'
import type { RawMatrix } from '../raw-matrix.ts'
import type { SourceFile } from '../source-file.ts'
import { type Delimiter, detectDelimiter, splitFields, stripComment } from './fields.ts'
import { readLines } from './lines.ts'
import { parseNumber } from './number.ts'
import type { Spool } from './spool.ts'

/**
 * Parses a table of numbers into `spool`, where it lies as doubles row by row (the number of rows is known only at the end).
 *
 * Fields are separated by commas, semicolons, tabs or blanks, seen from the first line; blank lines and what follows a `#` are skipped.
 * A first row in which no field is a number is a header. @throws FileFormatError naming line and column
 */
export async function readCsv(file: SourceFile, spool: Spool, options: TransferOptions): Promise<RawMatrix> {
  const table = new TableParser(file.name)
  for await (const batch of readLines(file, options)) {
    for (const [i, line] of batch.lines.entries()) {
      const row = table.row(line, batch.first + i)
      if (row) spool.push(row)
      if (spool.isFull) await spool.flush()
    }
  }
  if (table.rows === 0) {
    throw new FileFormatError(
      file.name,
      table.sawHeader ? 'a header and no numbers after it' : 'no numbers in the file',
    )
  }
  return await spool.asMatrix([table.rows, table.cols], 'rows')
}

class TableParser {
  rows = 0
  cols = 0
  sawHeader = false
  readonly #name: string
  #delimiter: Delimiter | undefined
  #row = new Float64Array(0)

  constructor(name: string) {
    this.#name = name
  }

  /** The numbers of a line, valid until the next call; undefined for a line without any. */
  row(text: string, line: number): Float64Array | undefined {
    const content = stripComment(text)
    if (content.trim() === '') return undefined
    this.#delimiter ??= detectDelimiter(content)
    const fields = splitFields(content, this.#delimiter)
    if (typeof fields === 'string') throw new FileFormatError(this.#name, fields, { position: { line } })
    if (this.rows === 0 && !this.sawHeader) {
      this.cols = fields.length
      this.#row = new Float64Array(fields.length)
      this.sawHeader = isHeader(fields)
      if (this.sawHeader) return undefined
    }
    if (fields.length !== this.cols) {
      const before = this.sawHeader && this.rows === 0 ? 'the header has' : 'the rows before it have'
      throw new FileFormatError(
        this.#name,
        `ragged table: this row has ${count(fields.length)}, ${before} ${this.cols}`,
        {
          position: { line },
        },
      )
    }
    for (let c = 0; c < fields.length; c++) {
      const value = parseNumber(fields[c]!)
      if (value === undefined) throw this.#notNumeric(fields[c]!, line, c + 1)
      this.#row[c] = value
    }
    this.rows++
    return this.#row
  }

  #notNumeric(field: string, line: number, column: number): FileFormatError {
    const text = field.trim()
    const hint = decimalComma.test(text) ? '; write decimal points, not commas' : ''
    const what =
      text === ''
        ? 'an empty field; write a number, or nan where one is missing'
        : `${excerpt(text)} is not a number${hint}`
    return new FileFormatError(this.#name, what, { position: { line, column } })
  }
}

const decimalComma = /^[+-]?\d+,\d+$/

/** No field is a number, nor one with a decimal comma, and not all are empty. */
function isHeader(fields: readonly string[]): boolean {
  return (
    fields.every((field) => parseNumber(field) === undefined && !decimalComma.test(field.trim())) &&
    fields.some((field) => field.trim() !== '')
  )
}

const count = (n: number): string => (n === 1 ? '1 field' : `${n} fields`)
