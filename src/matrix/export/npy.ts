import type { Layout, StoredDtype } from '../contract.ts'

const alignment = 64

const descr: Readonly<Record<StoredDtype, string>> = { float64: '<f8', float32: '<f4', int64: '<i8' }

/** The header of a .npy file, version 1.0: little-endian, row-major (NumPy Enhancement Proposal 1). */
export function npyHeader({ shape, dtype }: Pick<Layout, 'shape' | 'dtype'>): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const text = `{'descr': '${descr[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`
  const length = Math.ceil((10 + text.length + 1) / alignment) * alignment - 10
  const header = Buffer.alloc(10 + length, ' ', 'latin1')
  header.write('\x93NUMPY\x01\x00', 'latin1')
  header.writeUInt16LE(length, 8)
  header.write(text, 10, 'latin1')
  header.write('\n', 10 + length - 1, 'latin1')
  return header
}
