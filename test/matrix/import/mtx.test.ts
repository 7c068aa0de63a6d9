import test from 'ava'
import { EntryBuckets } from '../../../src/matrix/import/mtx/entry-buckets.ts'
import { importFailure, importsAsExpected, importText, writeForeignFiles } from './helpers/foreign-files.ts'

test('what scipy writes reads as scipy reads it', async (t) => {
  const files = await writeForeignFiles(
    t,
    `
import scipy.io, scipy.sparse as sparse
s = rng.standard_normal((23, 23)); s = s + s.T; k = np.tril(s, -1); k = k - k.T
i = rng.integers(-9, 9, (23, 11))
def write(name, a, **options):
    scipy.io.mmwrite(name, a, **options)
    b = scipy.io.mmread(name)
    holds(name, b.toarray() if sparse.issparse(b) else b)
write('array.mtx', s[:, :7]); write('integer.mtx', i); write('one.mtx', s[:1, :1])
write('symmetric.mtx', s, symmetry='symmetric'); write('skew.mtx', k, symmetry='skew-symmetric')
write('coordinate.mtx', sparse.random(40, 30, 0.1, random_state=1).tocoo())
write('coordinate-integer.mtx', sparse.coo_matrix(i)); write('none.mtx', sparse.coo_matrix((5, 4)))
write('coordinate-symmetric.mtx', sparse.coo_matrix(s), symmetry='symmetric')
write('coordinate-skew.mtx', sparse.coo_matrix(k), symmetry='skew-symmetric')
write('pattern.mtx', sparse.coo_matrix(np.abs(i) > 6), field='pattern')
d = sparse.coo_matrix((np.array([1.5, 2.25, -4.0, 1.0]), ([0, 0, 2, 0], [1, 1, 0, 1])), shape=(3, 3))
write('duplicates.mtx', d)`,
  )
  for (const file of files) {
    await importsAsExpected(t, file, { tile: [6, 5] })
    await importsAsExpected(t, file, { tile: [6, 50], dtype: 'float32' })
  }
})

test('comments, blank lines, letter case and line ends do not matter', async (t) => {
  const text =
    '%%matrixmarket MATRIX Coordinate Real Symmetric\r\n% c\r\n\r\n 3  3 3\r\n1 1 1e3\r\n% c\r\n  3 1 -inf\r\n\r\n2\t2\tnan'
  const { data } = await importText(t, 'a.mtx', text)
  t.deepEqual(data, [1000, 0, -Infinity, 0, Number.NaN, 0, -Infinity, 0, 0])
})

const real = '%%MatrixMarket matrix coordinate real general\n'
const faults: readonly (readonly [string, string, RegExp])[] = [
  ['banner', '1 2 3\n', /^banner\.mtx:1: not a Matrix Market file/],
  ['object', '%%MatrixMarket vector coordinate real general\n', /object must be matrix, found "vector"/],
  ['complex', '%%MatrixMarket matrix array complex general\n', /complex matrices are not supported/],
  ['hermitian', '%%MatrixMarket matrix array real hermitian\n', /complex matrices are not supported/],
  ['symmetry', '%%MatrixMarket matrix array real diagonal\n', /symmetry must be .*found "diagonal"/],
  ['no sizes', `${real}% only this\n`, /truncated: the file ends before the line of sizes/],
  ['sizes', `${real}2 2\n`, /:2: the line of sizes must hold 3 whole numbers, found "2 2"/],
  ['empty matrix', `${real}0 2 0\n`, /the array is empty/],
  ['too large', `${real}1000000000 1000000000 1\n1 1 1\n`, /too large/],
  ['not square', '%%MatrixMarket matrix coordinate real symmetric\n2 3 0\n', /must be square, found 2 x 3/],
  ['row', `${real}2 2 1\n3 1 1.0\n`, /^row\.mtx:3: row 3 is outside 1 to 2$/],
  ['column', `${real}2 2 1\n1 0 1.0\n`, /^column\.mtx:3: column 0 is outside 1 to 2$/],
  ['index', `${real}2 2 1\n1.5 1 1.0\n`, /row must be a whole number, found "1.5"/],
  ['value', `${real}2 2 1\n1 1 x\n`, /^value\.mtx:3: "x" is not a number$/],
  ['fields', `${real}2 2 1\n1 1\n`, /wanted row, column and value, found "1 1"/],
  ['few', `${real}2 2 2\n1 1 1\n`, /truncated: 2 entries were announced, found 1/],
  ['many', `${real}2 2 1\n1 1 1\n1 2 1\n`, /:4: more than the 1 entries/],
  ['integer', '%%MatrixMarket matrix array integer general\n1 1\n1.5\n', /field is integer, found "1.5"/],
  ['diagonal', '%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 1 2\n', /diagonal .* is zero, found 2/],
]
for (const [name, content, message] of faults) {
  test(`a Matrix Market file with a fault is refused: ${name}`, async (t) => {
    t.regex(await importFailure(t, `${name}.mtx`, content), message)
  })
}

test('buckets keep their entries in order, in memory and on disk', async (t) => {
  await using buckets = new EntryBuckets()
  const count = 300_000
  for (let i = 0; i < count; i++) {
    buckets.add(i % 3, i, 2 * i, -i)
    if (i === 100_000 || i === 200_000) await buckets.flush()
  }
  for (let bucket = 0; bucket < 3; bucket++) {
    let next = bucket
    for await (const piece of buckets.read(bucket)) {
      for (let at = 0; at < piece.length; at += 3, next += 3) {
        if (piece[at] !== next || piece[at + 1] !== 2 * next || piece[at + 2] !== -next) t.fail(`entry ${next}`)
      }
    }
    t.is(next, count + bucket)
  }
})
