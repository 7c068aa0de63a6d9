import { StringDecoder } from 'node:string_decoder'
import { FileFormatError } from '../errors.ts'
import type { TransferOptions } from '../options.ts'
import type { SourceFile } from '../source-file.ts'

/** Some consecutive lines of a text file, without their ends; `first` is the number of the first, from 1. */
export interface LineBatch {
  readonly first: number
  readonly lines: readonly string[]
}

const chunkBytes = 2 ** 20
/** The longest line that is believed: a row of about three million numbers. */
const maxLineChars = 2 ** 26

/**
 * Streams a text file (UTF-8, with or without byte order mark; lines end in LF, CRLF or CR).
 * @throws FileFormatError for binary data, UTF-16 and endless lines
 */
export async function* readLines(
  file: SourceFile,
  options: TransferOptions,
): AsyncGenerator<LineBatch, void, undefined> {
  const decoder = new StringDecoder('utf8')
  const buffer = Buffer.alloc(Math.min(chunkBytes, file.bytes))
  let rest = ''
  let first = 1
  for (let position = 0; position < file.bytes; position += chunkBytes) {
    options.signal?.throwIfAborted()
    const bytes = buffer.subarray(0, Math.min(chunkBytes, file.bytes - position))
    await file.read(bytes, position)
    if (position === 0) checkEncoding(file.name, bytes)
    let text = decoder.write(bytes)
    if (position === 0 && text.startsWith('\uFEFF')) text = text.slice(1)
    if (text.includes('\0'))
      throw new FileFormatError(file.name, 'this is no text: it holds zero bytes', { position: { line: first } })
    text = rest + text
    const isLast = position + chunkBytes >= file.bytes
    const lines = text.includes('\r') ? splitAnyEnd(text, isLast) : text.split('\n')
    rest = isLast ? '' : (lines.pop() ?? '')
    if (rest.length > maxLineChars) {
      throw new FileFormatError(file.name, `a line is longer than ${maxLineChars} characters`, {
        position: { line: first + lines.length },
      })
    }
    if (isLast && lines.at(-1) === '') lines.pop()
    yield { first, lines }
    first += lines.length
    options.onProgress?.({ step: 'parse', done: Math.min(position + chunkBytes, file.bytes), total: file.bytes })
  }
}

/** A CR at the very end may be half of a CRLF, and stays with the unfinished line. */
function splitAnyEnd(text: string, isLast: boolean): string[] {
  if (isLast || !text.endsWith('\r')) return text.split(/\r\n|\n|\r/)
  const lines = text.slice(0, -1).split(/\r\n|\n|\r/)
  lines.push(`${lines.pop() ?? ''}\r`)
  return lines
}

function checkEncoding(name: string, bytes: Uint8Array): void {
  const [a, b] = bytes
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new FileFormatError(name, 'the text is encoded in UTF-16; save it as UTF-8')
  }
}
