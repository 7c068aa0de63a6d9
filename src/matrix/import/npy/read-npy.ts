import { FileFormatError } from '../errors.ts'
import { matrixShape } from '../matrix-shape.ts'
import type { RawMatrix } from '../raw-matrix.ts'
import type { SourceFile } from '../source-file.ts'
import { readNpyHeader } from './header.ts'

/**
 * Describes the matrix in a .npy file, after checking that the file holds exactly its elements.
 * A vector is taken as one column and a scalar as 1 x 1. @throws FileFormatError
 */
export async function readNpy(file: SourceFile): Promise<RawMatrix> {
  const header = await readNpyHeader(file)
  const shape = matrixShape(file.name, header.shape)
  const wanted = shape[0] * shape[1] * header.element.bytes
  const found = file.bytes - header.offset
  if (found < wanted) {
    throw new FileFormatError(
      file.name,
      `truncated: shape ${shape.join('x')} needs ${wanted} bytes of data, found ${found}`,
    )
  }
  if (found > wanted) {
    throw new FileFormatError(
      file.name,
      `${found - wanted} bytes follow the ${wanted} bytes of data that shape ${shape.join('x')} needs; is this two files in one?`,
    )
  }
  return {
    file,
    offset: header.offset,
    shape,
    element: header.element,
    order: header.fortranOrder ? 'columns' : 'rows',
  }
}
