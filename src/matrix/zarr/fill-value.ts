import type { StoredDtype } from '../contract.ts'

/** The fill value as Zarr v3 writes it in JSON. */
export function encodeFillValue(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return 'Infinity'
  if (value === -Infinity) return '-Infinity'
  return value
}

/** A fill value as Zarr v3 writes it: a number, a name, or the bits in hexadecimal; `undefined` when it is none of these. */
export function decodeFillValue(value: unknown, dtype: StoredDtype): number | undefined {
  if (dtype === 'int64') return typeof value === 'number' && Number.isInteger(value) ? value : undefined
  if (typeof value === 'number') return value
  if (value === 'NaN') return NaN
  if (value === 'Infinity') return Infinity
  if (value === '-Infinity') return -Infinity
  const digits = dtype === 'float64' ? 16 : 8
  if (typeof value !== 'string' || !new RegExp(`^0x[0-9a-fA-F]{${digits}}$`).test(value)) return undefined
  const bits = new DataView(new ArrayBuffer(8))
  bits.setBigUint64(0, BigInt(value) << (dtype === 'float64' ? 0n : 32n))
  return dtype === 'float64' ? bits.getFloat64(0) : bits.getFloat32(0)
}
