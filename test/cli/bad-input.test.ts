import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { type CliResult, cli, digests, filesUnder, oneObject, succeed } from '../helpers/cli.ts'
import { copiedFolder } from '../helpers/copied-folder.ts'
import { generateInto } from '../helpers/generated.ts'
import { runPython } from '../helpers/python.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** One plain line on standard error, nothing on standard output, exit 2. */
function isRefused(t: ExecutionContext<unknown>, result: CliResult, says: RegExp): void {
  t.is(result.code, 2, result.stderr)
  t.is(result.stdout, '')
  const lines = result.stderr.trimEnd().split('\n')
  t.is(lines.length, 1, result.stderr)
  t.regex(lines[0] ?? '', says)
  t.regex(lines[0] ?? '', /^numpywren: \S/)
  t.notRegex(result.stderr, /\bat .*\.ts:\d+|\[object/)
}

const npy = (...header: string[]): Buffer => {
  const text = `{${header.join(', ')}, }`.padEnd(117).concat('\n')
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(text, 'latin1')])
}
const header = (descr: string, shape = '(2, 2)'): Buffer =>
  npy(`'descr': '${descr}'`, "'fortran_order': False", `'shape': ${shape}`)

const files: Readonly<Record<string, readonly [content: string | Buffer, says: RegExp]>> = {
  'empty.npy': ['', /empty\.npy: the file is empty/],
  'empty.csv': ['', /empty\.csv: the file is empty/],
  'empty.mtx': ['', /empty\.mtx: the file is empty/],
  'short.npy': [Buffer.concat([header('<f8'), Buffer.alloc(31)]), /short\.npy: truncated: .* 32 bytes .* found 31/],
  'cut.npy': [header('<f8').subarray(0, 20), /cut\.npy: truncated/],
  'long.npy': [Buffer.concat([header('<f8'), Buffer.alloc(33)]), /long\.npy: 1 bytes? follow/],
  'none.npy': [header('<f8', '(0, 3)'), /none\.npy: the array is empty: its shape is 0x3/],
  'complex.npy': [Buffer.concat([header('<c16'), Buffer.alloc(64)]), /complex\.npy: .* complex/],
  'pickled.npy': [Buffer.concat([header('|O'), Buffer.alloc(64)]), /pickled\.npy: .*pickled/],
  'letter.npy': ['Dear Sir or Madam,\n', /letter\.npy: not a \.npy file/],
  'letter.mtx': ['Dear Sir or Madam,\n', /letter\.mtx:1: not a Matrix Market file/],
  'cut.mtx': ['%%MatrixMarket matrix coordinate real general\n3 3 3\n1 1 1\n', /cut\.mtx: truncated: 3 .* found 1/],
  'picture.jpg': [Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46]), /picture\.jpg: the file is neither/],
  'ragged.csv': ['1,2\n3,4,5\n', /ragged\.csv:2: ragged table/],
  'words.csv': ['1,2\nx,4\n', /words\.csv:2:1: "x" is not a number/],
}

test('files that hold no matrix are refused with a sentence that names them, and leave nothing behind', async (t) => {
  const cwd = await temporaryFolder(t)
  const cases = Object.entries(files).map(async ([name, [content, says]]) => {
    await writeFile(join(cwd, name), content)
    isRefused(t, await cli(['import', name, `w/${name}`], { cwd }), says)
  })
  isRefused(t, await cli(['import', 'missing.npy', 'w/m'], { cwd }), /missing\.npy: there is no such file/)
  isRefused(t, await cli(['import', '.', 'w/m'], { cwd }), /holds no Zarr array/)
  await Promise.all(cases)
  t.deepEqual(await filesUnder(join(cwd, 'w')), [])
})

interface Refusal {
  readonly args: string
  readonly says: RegExp
}

const refusals: readonly Refusal[] = [
  { args: 'import rect.csv w/bad --tile 0', says: /--tile.*'0'/ },
  { args: 'import rect.csv w/bad --tile 2x2x2', says: /--tile.*2x2x2/ },
  { args: 'import rect.csv w/rect', says: /already a matrix at file:.*w\/rect.*--overwrite/ },
  { args: 'import rect.csv s3://bucket/rect', says: /s3:/ },
  { args: 'generate spd w/bad --shape 3x4', says: /spd must be square, got shape 3x4/ },
  { args: 'generate unheard w/bad --shape 3', says: /"unheard"; known are .*hilbert/ },
  { args: 'info w/none', says: /no matrix at file:.*w\/none.*numpywren ls file:.*\/w'/ },
  { args: 'rm w/none w/spd', says: /no matrix at file:.*w\/none/ },
  { args: 'export w/none out.npy', says: /no matrix at file:.*w\/none/ },
  { args: 'export w/spd rect.csv', says: /rect\.csv exists already.*--overwrite/ },
  { args: 'export w/spd out.txt', says: /out\.txt: the name must end in \.npy or \.csv/ },
  { args: 'cholesky w/none -o w/L', says: /no matrix at file:.*w\/none/ },
  { args: 'cholesky w/rect -o w/L', says: /square.*w\/rect is 3 x 2/ },
  { args: 'cholesky w/spd -o w/rect', says: /already a matrix at file:.*w\/rect.*--overwrite/ },
  { args: 'cholesky w/spd -o w/spd --overwrite', says: /would overwrite the input A/ },
  { args: 'cholesky w/spd -o w/spd/L', says: /w\/spd\/L lies inside the matrix file:.*w\/spd;/ },
  { args: 'cholesky w/spd -o w/L --run-id a/b', says: /'a\/b' is no run id/ },
  { args: 'cholesky w/spd -o w/L --slots 0', says: /--slots.*at least 1.*'0'/ },
  { args: 'cholesky w/spd -o w/L --memory lots', says: /--memory.*such as 4GiB.*'lots'/ },
  { args: 'cholesky w/spd -o w/L --memory 1KiB', says: /needs .* may use 0\.001 MiB.*--memory/ },
  { args: 'cholesky w/spd -o w/L --provider moon', says: /no provider 'moon'.*local/ },
  { args: 'cholesky w/spd', says: /--output/ },
  { args: 'solve w/spd w/normal -o w/X --assume wrong', says: /--assume.*spd, lower, upper, general/ },
  { args: 'lstsq w/spd w/rect -o w/X', says: /48 rows.* has 3/ },
  { args: 'solve w/spd w/rect -o w/X', says: /48 rows and .*rect has 3/ },
  { args: 'solve w/spd w/single -o w/X', says: /float64 and .* is float32/ },
  { args: 'gemm w/spd w/rect -o w/C', says: /48 columns and .* 3 rows/ },
  { args: 'gemm w/spd w/single -o w/C', says: /float64 and .* is float32.*--dtype/ },
  { args: 'verify factor w/spd w/spd', says: /cannot verify 'factor'; known are cholesky, gemm, .*solve, lstsq/ },
  { args: 'verify cholesky w/spd', says: /takes cholesky A L, got 1/ },
  { args: 'status none --store w', says: /no run none in file:.*w; 'numpywren runs/ },
  { args: 'status a/b --store w', says: /'a\/b' is no run id/ },
  { args: 'resume ../../w --store w', says: /'..\/..\/w' is no run id/ },
  { args: 'cancel none --store w', says: /no run none/ },
  { args: 'trace none --store w -o t.json', says: /no run none/ },
  { args: 'run cholesky --bind A=w/spd --arg N=3', says: /L.*--bind/ },
  { args: 'run missing.lp', says: /missing\.lp/ },
  { args: 'dag cholesky', says: /N/ },
  { args: 'factorize w/spd', says: /unknown command 'factorize'.*--help/ },
  { args: 'cholesky w/spd -o w/L --fast', says: /unknown option '--fast'.*--help/ },
  { args: 'cholesky', says: /missing required argument 'a'|--output/ },
]

/** A folder with a table and some small matrices. */
const matrices = (t: ExecutionContext<unknown>): Promise<string> =>
  copiedFolder(t, 'matrices', async (folder) => {
    const square = { shape: [48, 48], tile: 16, seed: 1 } as const
    await writeFile(join(folder, 'rect.csv'), '1,2\n3,4\n5,6\n')
    await Promise.all([
      succeed(['import', 'rect.csv', 'w/rect', '--tile', '16'], { cwd: folder }),
      succeed(['generate', 'spd', 'w/single', '--shape', '48', '--tile', '16', '--dtype', 'float32'], { cwd: folder }),
      generateInto(
        join(folder, 'w'),
        { kind: 'spd', name: 'spd', ...square },
        { kind: 'normal', name: 'normal', ...square },
        { kind: 'spd', name: 'coarse', ...square, tile: 48 },
      ),
    ])
  })

test('calls that make no sense are refused with one sentence, and change nothing', async (t) => {
  const cwd = await matrices(t)
  const before = await digests(cwd)
  await Promise.all(refusals.map(async ({ args, says }) => isRefused(t, await cli(args.split(' '), { cwd }), says)))
  t.deepEqual(await digests(cwd), before)
})

test('under --json every refusal is one object on standard output', async (t) => {
  const cwd = await matrices(t)
  const calls = [
    'import missing.npy w/m',
    'import rect.csv w/bad --tile 0',
    'cholesky w/none -o w/L',
    'cholesky w/spd',
    'cholesky w/spd -o w/L --fast',
    'status a/b --store w',
    'factorize w/spd',
    'dag cholesky',
    'check missing.lp',
  ]
  await Promise.all(
    calls.map(async (args) => {
      const { code, stdout, stderr } = await cli([...args.split(' '), '--json'], { cwd })
      t.is(code, 2, stderr)
      const { error } = oneObject(stdout) as { error?: { tag?: string; message?: string } }
      t.is(typeof error?.tag, 'string', args)
      t.true(stderr.includes(error?.message ?? '?'), `${args}: ${stderr}`)
      t.is(stdout.trimEnd().split('\n').length, 1)
    }),
  )
})

test('NaN and infinity in an input are named by place and tile, unless nobody is to look', async (t) => {
  const cwd = await temporaryFolder(t)
  await runPython(
    `import sys, numpy as np
a = np.eye(100); a[70, 3] = np.nan; np.save(sys.argv[1] + '/nan.npy', a)
a[70, 3] = np.inf; np.save(sys.argv[1] + '/inf.npy', a)`,
    cwd,
  )
  for (const name of ['nan', 'inf']) {
    await succeed(['import', `${name}.npy`, `w/${name}`, '--tile', '32'], { cwd })
    const result = await cli(['cholesky', `w/${name}`, '-o', `w/L-${name}`], { cwd })
    t.is(result.code, 2, result.stderr)
    t.is(result.stdout, '')
    t.regex(result.stderr, /w\/\w+ holds (NaN|-?Infinity) at row 70, column 3 \(tile A\[2,0\]\)/)
    t.is((await cli(['info', `w/L-${name}`], { cwd })).code, 2)
  }
  const gemm = await cli(['gemm', 'w/nan', 'w/nan', '-o', 'w/C', '--no-check-finite'], { cwd })
  t.is(gemm.code, 0, gemm.stderr)
})

test('an output that exists is replaced with --overwrite only', async (t) => {
  const cwd = await matrices(t)
  await succeed(['cholesky', 'w/spd', '-o', 'w/L'], { cwd })
  const first = await digests(join(cwd, 'w/L/c'))
  isRefused(t, await cli(['cholesky', 'w/spd', '-o', 'w/L'], { cwd }), /already a matrix at .*w\/L/)
  t.deepEqual(await digests(join(cwd, 'w/L/c')), first)
  await succeed(['cholesky', 'w/coarse', '-o', 'w/L', '--overwrite'], { cwd })
  t.deepEqual(Object.keys(await digests(join(cwd, 'w/L/c'))), ['0/0'])
})

test('a damaged manifest or zarr.json is an error that names the file', async (t) => {
  const cwd = await matrices(t)
  await succeed(['cholesky', 'w/spd', '-o', 'w/L', '--run-id', 'r'], { cwd })
  const manifest = join(cwd, 'w/.numpywren/runs/r/manifest.json')
  for (const text of ['', '{', '[]', '{"version":2}', '\u0000\u0001', '{"version":1,"id":"r","program":null}']) {
    await writeFile(manifest, text)
    isRefused(t, await cli(['resume', 'r', '--store', 'w'], { cwd }), /runs\/r\/manifest\.json/)
  }
  const runs = await succeed(['runs', '--store', 'w'], { cwd })
  t.regex(runs.stdout, /r +unreadable/)
  for (const text of ['', '{}', '{"zarr_format":3,"node_type":"array","shape":[-1,2]}']) {
    await writeFile(join(cwd, 'w/spd/zarr.json'), text)
    isRefused(t, await cli(['cholesky', 'w/spd', '-o', 'w/L2'], { cwd }), /w\/spd/)
  }
  await succeed(['ls', 'w'], { cwd })
})

test('faults of a program are all shown before anything starts', async (t) => {
  const cwd = await matrices(t)
  const before = await digests(join(cwd, 'w'))
  const program = `def p(A: BigMatrix, B: BigMatrix, N: int):
    for i in range(0, N):
        B[i, 0] = unheard(A[i, 0])
        B[i, 1] = potrf(A[i, 0], A[i, j])
`
  await writeFile(join(cwd, 'bad.lp'), program)
  const run = ['run', 'bad.lp', '--bind', 'A=w/spd', '--bind', 'B=w/B', '--arg', 'N=3']
  for (const args of [run, ['check', 'bad.lp'], ['dag', 'bad.lp', '--arg', 'N=3']]) {
    const { code, stdout, stderr } = await cli(args, { cwd })
    t.is(code, 2, stderr)
    const said = args[0] === 'check' ? stdout : stderr
    if (args[0] !== 'check') t.is(stdout, '')
    t.regex(said, /bad\.lp:3:\d+: error: .*unheard/)
    t.regex(said, /bad\.lp:4:\d+: error: .*j/)
    t.regex(said, /^ +\^/m)
  }
  t.deepEqual(await digests(join(cwd, 'w')), before)
})
