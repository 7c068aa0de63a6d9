import test from 'ava'
import fc from 'fast-check'
import { detectDelimiter } from '../../../src/matrix/import/text/fields.ts'
import { parseNumber } from '../../../src/matrix/import/text/number.ts'
import { importFailure, importsAsExpected, importText, writeForeignFiles } from './helpers/foreign-files.ts'

// Not -0, which JavaScript spells 0.
const number = fc.oneof(fc.double(), fc.integer()).map((x) => x + 0)

test('any table of numbers reads back, whatever separates, quotes and ends its lines', async (t) => {
  const table = fc.integer({ min: 1, max: 5 }).chain((cols) =>
    fc.record({
      rows: fc.array(fc.array(number, { minLength: cols, maxLength: cols }), { minLength: 1, maxLength: 7 }),
      delimiter: fc.constantFrom(',', ';', '\t', ' ', ', ', '  '),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      isQuoted: fc.boolean(),
      hasHeader: fc.boolean(),
      hasMark: fc.boolean(),
      noise: fc.constantFrom('', '# a comment', '   '),
    }),
  )
  await fc.assert(
    fc.asyncProperty(table, async ({ rows, delimiter, end, isQuoted, hasHeader, hasMark, noise }) => {
      const lines = rows.map((row) => row.map((x) => (isQuoted ? `"${x}"` : `${x}`)).join(delimiter))
      if (hasHeader) lines.unshift(rows[0]!.map((_, i) => `column_${i}`).join(delimiter))
      const text = (hasMark ? '\uFEFF' : '') + lines.join(end + noise + end) + end
      const found = await importText(t, 'table.csv', text)
      t.deepEqual(found, { shape: [rows.length, rows[0]!.length], data: rows.flat() })
    }),
    { numRuns: 60 },
  )
})

test('what numpy.savetxt writes reads as numpy reads it', async (t) => {
  const files = await writeForeignFiles(
    t,
    `
a = rng.standard_normal((50, 9)) * 10.0 ** rng.integers(-300, 300, (50, 9)); a[3, 4] = np.nan; a[5, 0] = np.inf; a[6, 8] = -np.inf
for name, options in {'comma.csv': {'delimiter': ','}, 'blank.txt': {}, 'tab.tsv': {'delimiter': '\\t'},
        'header.csv': {'delimiter': ';', 'header': 'x;y', 'comments': '# '}, 'crlf.csv': {'delimiter': ',', 'newline': '\\r\\n'}, 'unknown.weird': {}}.items():
    np.savetxt(name, a, **options); holds(name, a)`,
  )
  for (const file of files) await importsAsExpected(t, file, { tile: [16, 4] })
})

test('a table longer than the buffers keeps its rows in order', async (t) => {
  const files = await writeForeignFiles(
    t,
    `
a = np.arange(1500000.0).reshape(-1, 5); np.savetxt('long.csv', a, '%d', delimiter=','); holds('long.csv', a)`,
  )
  for (const file of files) await importsAsExpected(t, file, { tile: [100000, 2] })
})

const faults: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['empty', '', /^empty\.csv: the file is empty$/],
  ['only comments', '# x\n\n', /no numbers in the file/],
  ['only a header', 'a,b\n', /a header and no numbers/],
  ['ragged', '1,2,3\n\n4,5\n', /^ragged\.csv:3: ragged table: this row has 2 fields, the rows before it have 3$/],
  ['header too short', 'a,b\n1,2,3\n', /:2: .*has 3 fields, the header has 2$/],
  ['no number', '1,2\n3,abc\n', /^no number\.csv:2:2: "abc" is not a number$/],
  ['hexadecimal', '1,0x10\n', /:1:2: "0x10" is not a number/],
  ['empty field', '1,2\n3,\n', /:2:2: an empty field/],
  ['open quote', '1,"2\n3,4\n', /:1: a quotation mark is not closed/],
  ['decimal comma', '1,5;2,5\n', /"1,5" is not a number; write decimal points/],
  ['binary', '1,2\n\0\x01', /holds zero bytes/],
  ['utf-16', Buffer.from('\uFEFF1,2\n', 'utf16le'), /UTF-16/],
  ['zip', 'PK\x03\x04rest', /\.npz/],
  ['hdf5', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), /HDF5/],
  ['matlab', 'MATLAB 5.0 MAT-file', /MATLAB file/],
]
for (const [name, content, message] of faults) {
  test(`a table with a fault is refused: ${name}`, async (t) => {
    t.regex(await importFailure(t, `${name}.csv`, content), message)
  })
}

test('numbers are what Python takes for numbers', (t) => {
  const values: readonly (readonly [string, number | undefined])[] = [
    ...([
      ['1', 1],
      [' -2.5e-3 ', -0.0025],
      ['.5', 0.5],
      ['5.', 5],
      ['+7', 7],
      ['-0', -0],
      ['0e5', 0],
    ] as const),
    ...([
      ['NaN', Number.NaN],
      ['-inf', -Infinity],
      ['Infinity', Infinity],
      ['+INF', Infinity],
    ] as const),
    ...['', ' ', '0x1', '0b1', '0o7', '1,5', '1e', 'e5', '--1', '1 2', 'infinite'].map(
      (text) => [text, undefined] as const,
    ),
  ]
  for (const [text, value] of values) t.is(parseNumber(text), value, text)
  fc.assert(fc.property(number, (x) => t.is(parseNumber(String(x)), x)))
})

test('the delimiter is seen from the first line', (t) => {
  t.is(detectDelimiter('1,2'), ',')
  t.is(detectDelimiter('1,5;2,5'), ';')
  t.is(detectDelimiter('1\t2'), '\t')
  t.is(detectDelimiter('1 2\t3'), ' ')
  t.is(detectDelimiter('"a,b" "c;d"'), ' ')
})
