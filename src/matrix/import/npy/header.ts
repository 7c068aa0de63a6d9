import type { ElementType } from '../elements.ts'
import { excerpt, FileFormatError } from '../errors.ts'
import { readHead, type SourceFile } from '../source-file.ts'
import { parseNumpyDtype } from './dtype.ts'
import { type Literal, LiteralError, parseLiteral } from './literal.ts'

export interface NpyHeader {
  readonly element: ElementType
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Byte position of the data. */
  readonly offset: number
}

/** A header of a plain array is a hundred bytes long; NumPy itself stops reading at 10,000 characters. */
const maxHeaderBytes = 2 ** 20
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** True when the bytes begin as every .npy file does. */
export function isNpy(head: Uint8Array): boolean {
  return magic.every((byte, i) => head[i] === byte)
}

/** Reads and checks the header of a .npy file, versions 1.0 to 3.0 (NumPy Enhancement Proposal 1). @throws FileFormatError */
export async function readNpyHeader(file: SourceFile): Promise<NpyHeader> {
  const fail = (message: string): never => {
    throw new FileFormatError(file.name, message)
  }
  const head = await readHead(file, 12)
  if (!isNpy(head))
    fail(
      `not a .npy file: it begins with ${excerpt(Buffer.from(head.subarray(0, 6)).toString('latin1'))} and not with "\\x93NUMPY"`,
    )
  const [major, minor] = [head[6], head[7]]
  if (head.byteLength < 12) fail(`truncated: the header ends after ${file.bytes} bytes`)
  if (major === undefined || major < 1 || major > 3 || minor !== 0) {
    fail(`version ${major}.${minor} of the .npy format is unknown; versions 1.0, 2.0 and 3.0 can be read`)
  }
  const view = new DataView(head.buffer, head.byteOffset)
  const [start, length] = major === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)]
  if (length > maxHeaderBytes)
    fail(`the header claims to be ${length} bytes long; more than ${maxHeaderBytes} are not believed`)
  if (start + length > file.bytes)
    fail(`truncated: the header should end at byte ${start + length}, the file has ${file.bytes}`)
  const bytes = new Uint8Array(length)
  await file.read(bytes, start)
  const text = Buffer.from(bytes).toString(major === 3 ? 'utf8' : 'latin1')
  return { ...interpret(file.name, text), offset: start + length }
}

function interpret(name: string, text: string): Omit<NpyHeader, 'offset'> {
  const fail = (message: string, cause?: unknown): never => {
    throw new FileFormatError(name, `bad .npy header: ${message}`, { cause })
  }
  let header: Literal
  try {
    header = parseLiteral(text)
  } catch (error) {
    if (!(error instanceof LiteralError)) throw error
    return fail(`${error.message}, at character ${error.at + 1}: ${excerpt(text.slice(error.at))}`, error)
  }
  if (!(header instanceof Map)) return fail(`it is not a dict: ${excerpt(text)}`)
  const keys = [...header.keys()].sort().join(', ')
  if (keys !== 'descr, fortran_order, shape') {
    return fail(`wanted the keys descr, fortran_order and shape, found ${excerpt(keys, 80)}`)
  }
  const descr = header.get('descr')
  if (typeof descr !== 'string')
    return fail('the elements are records (a structured dtype); save the one numeric field that is wanted')
  const element = parseNumpyDtype(descr)
  if (typeof element === 'string') throw new FileFormatError(name, element)
  const fortranOrder = header.get('fortran_order')
  if (typeof fortranOrder !== 'boolean') return fail('fortran_order is neither True nor False')
  const shape = header.get('shape')
  const isShape = Array.isArray(shape) && shape.every((n) => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0)
  if (!isShape) return fail('shape is not a tuple of whole numbers')
  return { element, fortranOrder, shape }
}
