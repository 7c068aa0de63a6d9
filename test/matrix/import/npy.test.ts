import test from 'ava'
import fc from 'fast-check'
import { type Literal, LiteralError, parseLiteral } from '../../../src/matrix/import/npy/literal.ts'
import { importFailure, importsAsExpected, writeForeignFiles } from './helpers/foreign-files.ts'

test('every real dtype, order, endianness and version reads as numpy reads it', async (t) => {
  const files = await writeForeignFiles(
    t,
    `
for kind in ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1']:
    raw = rng.integers(0, 256, 11 * 7 * 8, dtype='u1').view('<' + kind)[:77] if kind != 'b1' else rng.integers(0, 2, 77).astype('b1')
    for endian in '<>':
        for order in 'CF':
            for version in [(1, 0), (2, 0), (3, 0)]:
                name = f'{kind}{"le" if endian == "<" else "be"}{order}{version[0]}.npy'
                a = np.asarray(raw.reshape(11, 7).astype(endian + kind), order=order)
                with open(name, 'wb') as file:
                    np.lib.format.write_array(file, a, version=version)
                holds(name, a)`,
  )
  t.is(files.length, 144)
  for (const file of files) {
    await importsAsExpected(t, file, { tile: [4, 3] })
    await importsAsExpected(t, file, { tile: [20, 2], dtype: 'float32' })
  }
})

test('native byte order, scalars, vectors, and integers beyond 2^53', async (t) => {
  const files = await writeForeignFiles(
    t,
    `
np.save('scalar.npy', np.float64(-0.0)); holds('scalar.npy', -0.0)
np.save('vector.npy', np.arange(5.0)); holds('vector.npy', np.arange(5.0))
np.save('row.npy', np.arange(5.0)[None, :]); holds('row.npy', np.arange(5.0)[None, :])
special = np.array([[np.nan, np.inf], [-np.inf, 5e-324]]); np.save('special.npy', special); holds('special.npy', special)
long = np.array([2**53 + 1, 2**53 + 3, -2**63, 2**63 - 1, -2**53 - 1, -1, 0]); np.save('long.npy', long); holds('long.npy', long)
ulong = np.array([2**64 - 1, 2**64 - 1024, 2**63], dtype='u8'); np.save('ulong.npy', ulong); holds('ulong.npy', ulong)
def raw(name, descr, value):
    text = str({'descr': descr, 'fortran_order': False, 'shape': value.shape}).encode()
    with open(name, 'wb') as file:
        file.write(b'\\x93NUMPY\\x01\\x00' + len(text).to_bytes(2, 'little') + text + value.tobytes())
    holds(name, value)
raw('native.npy', '=f8', np.arange(6.0).reshape(2, 3))
raw('none.npy', '|i1', np.arange(6, dtype='i1').reshape(2, 3))
raw('bare.npy', 'f4', np.arange(6, dtype='f4').reshape(2, 3))`,
  )
  for (const file of files) await importsAsExpected(t, file, { tile: 2 })
  for (const file of files) await importsAsExpected(t, file)
})

const header = (text: string, data = new Uint8Array(48)): Uint8Array => {
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\0', 'latin1'), length, Buffer.from(text, 'latin1'), data])
}
const described = (descr: string, shape = '(2, 3)'): Uint8Array =>
  header(`{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`)

const faults: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['empty', '', /^empty\.npy: the file is empty$/],
  ['magic', 'hello, world, this is text', /not a \.npy file: it begins with "hello,"/],
  ['short', '\x93NUM', /not a \.npy file/],
  ['version', header('').fill(9, 6, 7), /version 9\.0 of the \.npy format is unknown/],
  ['cut header', described("'<f8'").subarray(0, 30), /truncated: the header should end at byte \d+, the file has 30/],
  ['cut data', described("'<f8'").subarray(0, -1), /truncated: shape 2x3 needs 48 bytes of data, found 47/],
  ['junk', Buffer.concat([described("'<f8'"), Buffer.from('x')]), /1 bytes follow the 48 bytes of data/],
  ['objects', described("'|O'"), /Python objects \(pickled\)/],
  ['complex', described("'<c16'"), /complex numbers, which are not supported/],
  ['records', described("[('a', '<f8')]"), /structured dtype/],
  ['long double', described("'<f16'"), /long doubles/],
  ['text', described("'<U3'"), /text; save it as numbers/],
  ['dates', described("'<M8[ns]'"), /dates/],
  ['3-d', described("'<f8'", '(1, 2, 3)'), /3 dimensions \(1x2x3\)/],
  ['no rows', described("'<f8'", '(0, 3)'), /empty: its shape is 0x3/],
  ['negative', described("'<f8'", '(-2, 3)'), /shape is not a tuple of whole numbers/],
  ['huge', described("'<f8'", '(4503599627370496, 3)'), /too large/],
  ['no dict', header('[1, 2]'), /it is not a dict/],
  ['code', header('{"descr": __import__("os")}'), /this is no string, integer, tuple or dict, at character 11/],
  ['keys', header("{'descr': '<f8'}"), /wanted the keys descr, fortran_order and shape, found "descr"/],
  ['deep', header('('.repeat(60000)), /nested deeper/],
  ['long', Buffer.from('\x93NUMPY\x02\0\xff\xff\xff\xff{{{{{{', 'latin1'), /claims to be 4294967295 bytes/],
]
for (const [name, content, message] of faults) {
  test(`a file with a fault is refused: ${name}`, async (t) => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content
    t.regex(await importFailure(t, `${name}.npy`, bytes), message)
  })
}

test('literals read back, and any text ends in a value or a LiteralError', (t) => {
  const { literal } = fc.letrec<{ literal: Literal }>((tie) => ({
    literal: fc.oneof(
      { maxDepth: 3 },
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.stringMatching(/^[ -&(-[\]-~]*$/),
      fc.array(tie('literal'), { maxLength: 3 }),
    ),
  }))
  const spell = (value: Literal): string => {
    if (value === null) return 'None'
    if (typeof value === 'boolean') return value ? 'True' : 'False'
    if (typeof value === 'string') return `'${value}'`
    if (Array.isArray(value)) return `(${value.map((item) => `${spell(item)}, `).join('')})`
    return String(value)
  }
  fc.assert(fc.property(literal, (value) => t.deepEqual(parseLiteral(` ${spell(value)} `), value)))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[{}()[\]'",:0-9 TrueNon]*$/)), (text) => {
      try {
        parseLiteral(text)
      } catch (error) {
        if (!(error instanceof LiteralError)) throw error
      }
    }),
  )
  t.pass()
})
