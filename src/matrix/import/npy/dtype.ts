import type { ElementType } from '../elements.ts'

const kinds: Readonly<Record<string, ElementType['kind']>> = { f: 'float', i: 'int', u: 'uint', b: 'bool' }
const sizes: Readonly<Record<string, readonly number[]>> = { f: [2, 4, 8], i: [1, 2, 4, 8], u: [1, 2, 4, 8], b: [1] }

const refusals: Readonly<Record<string, string>> = {
  O: 'Python objects (pickled); save it as numbers: numpy.save(file, a.astype("float64"))',
  c: 'complex numbers, which are not supported; save the real and the imaginary part as two files',
  S: 'byte strings; save it as numbers: a.astype("float64")',
  U: 'text; save it as numbers: a.astype("float64")',
  V: 'raw records; save the one numeric field that is wanted',
  M: 'dates; save it as numbers: a.astype("int64")',
  m: 'time differences; save it as numbers: a.astype("int64")',
}

/**
 * The element type that a NumPy type string such as `<f8` names (NumPy's array interface: byte order, kind, bytes).
 * @returns a sentence saying why not, for a type that has no place in a real matrix
 */
export function parseNumpyDtype(descr: string): ElementType | string {
  const match = /^([<>=|]?)([a-zA-Z])(\d*)(\[.*\])?$/.exec(descr)
  if (!match) return `the element type ${JSON.stringify(descr.slice(0, 40))} is not one that NumPy writes`
  const [, order, kind = '', digits = ''] = match
  const refusal = refusals[kind]
  if (refusal !== undefined) return `the elements (${descr.slice(0, 40)}) are ${refusal}`
  const bytes = Number(digits)
  if (kind === 'f' && bytes > 8) {
    return `the elements (${descr}) are long doubles, which differ from machine to machine; save a.astype("float64")`
  }
  if (kinds[kind] === undefined || !sizes[kind]?.includes(bytes)) {
    return `the element type ${JSON.stringify(descr.slice(0, 40))} is not one that NumPy writes`
  }
  return { kind: kinds[kind], bytes: bytes as ElementType['bytes'], littleEndian: order !== '>' }
}
