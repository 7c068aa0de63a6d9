import { excerpt, FileFormatError } from '../errors.ts'
import { matrixShape } from '../matrix-shape.ts'

/** The first line of a Matrix Market file and its line of sizes. */
export interface MtxHeader {
  readonly format: 'coordinate' | 'array'
  readonly field: 'real' | 'integer' | 'pattern'
  readonly symmetry: 'general' | 'symmetric' | 'skew-symmetric'
}

export interface MtxSizes {
  readonly rows: number
  readonly cols: number
  /** Entries that follow: those of the coordinate list, or of the (half) array. */
  readonly entries: number
}

export const mtxBanner = '%%matrixmarket'

/** `%%MatrixMarket matrix FORMAT FIELD SYMMETRY` (Boisvert, Pozo, Remington: NISTIR 5935, 1996). @throws FileFormatError */
export function parseBanner(file: string, line: string): MtxHeader {
  const fail = (message: string): never => {
    throw new FileFormatError(file, message, { position: { line: 1 } })
  }
  const [banner, object, format, field, symmetry] = line.trim().toLowerCase().split(/\s+/)
  if (banner !== mtxBanner)
    return fail(`not a Matrix Market file: it begins with ${excerpt(line, 20)} and not with %%MatrixMarket`)
  if (object !== 'matrix') return fail(`the object must be matrix, found ${excerpt(object ?? '')}`)
  if (format !== 'coordinate' && format !== 'array')
    return fail(`the format must be coordinate or array, found ${excerpt(format ?? '')}`)
  if (field === 'complex' || symmetry === 'hermitian') {
    return fail('complex matrices are not supported; save the real and the imaginary part as two files')
  }
  const isField = field === 'real' || field === 'double' || field === 'integer' || field === 'pattern'
  if (!isField) return fail(`the field must be real, integer or pattern, found ${excerpt(field ?? '')}`)
  if (symmetry !== 'general' && symmetry !== 'symmetric' && symmetry !== 'skew-symmetric') {
    return fail(`the symmetry must be general, symmetric or skew-symmetric, found ${excerpt(symmetry ?? '')}`)
  }
  if (field === 'pattern' && (format === 'array' || symmetry === 'skew-symmetric')) {
    return fail('a pattern has no values, so it can be neither an array nor skew-symmetric')
  }
  return { format, field: field === 'double' ? 'real' : field, symmetry }
}

/** The line of sizes: `rows columns` and, for coordinates, the number of entries. @throws FileFormatError */
export function parseSizes(file: string, header: MtxHeader, text: string, line: number): MtxSizes {
  const fail = (message: string): never => {
    throw new FileFormatError(file, message, { position: { line } })
  }
  const fields = text.trim().split(/\s+/)
  const wanted = header.format === 'array' ? 2 : 3
  const numbers = fields.map(Number)
  if (fields.length !== wanted || numbers.some((n, i) => !Number.isSafeInteger(n) || !/^\d+$/.test(fields[i]!))) {
    return fail(`the line of sizes must hold ${wanted} whole numbers, found ${excerpt(text)}`)
  }
  const [rows = 0, cols = 0, stored = 0] = numbers
  matrixShape(file, [rows, cols])
  if (header.symmetry !== 'general' && rows !== cols) {
    return fail(`a ${header.symmetry} matrix must be square, found ${rows} x ${cols}`)
  }
  return { rows, cols, entries: header.format === 'coordinate' ? stored : arrayEntries(header, rows, cols) }
}

/** Of a symmetric array only the lower triangle is listed, of a skew-symmetric one without its diagonal. */
function arrayEntries(header: MtxHeader, rows: number, cols: number): number {
  if (header.symmetry === 'symmetric') return (rows * (rows + 1)) / 2
  if (header.symmetry === 'skew-symmetric') return (rows * (rows - 1)) / 2
  return rows * cols
}
