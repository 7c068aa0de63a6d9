import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { cli, json, oneObject, succeed } from '../helpers/cli.ts'
import { runPython } from '../helpers/python.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** Writes symmetric positive definite A, right-hand sides B and general G of several kinds. */
const matrices = `
import sys, numpy as np
rng = np.random.default_rng(3)
def spd(n):
    a = rng.standard_normal((n, n)); return a @ a.T + n * np.eye(n)
sizes = {'one': (1, 16), 'tile': (64, 64), 'edge': (129, 64), 'huge': (129, 64), 'tiny': (129, 64), 'single': (129, 64)}
scale = {'huge': 1e150, 'tiny': 1e-150}
for name, (n, tile) in sizes.items():
    dtype = np.float32 if name == 'single' else np.float64
    np.save(f'{sys.argv[1]}/{name}-A.npy', (spd(n) * scale.get(name, 1)).astype(dtype))
    np.save(f'{sys.argv[1]}/{name}-B.npy', rng.standard_normal((n, 3)).astype(dtype))
`

const kinds = [
  ['one', '16'],
  ['tile', '64'],
  ['edge', '64'],
  ['huge', '64'],
  ['tiny', '64'],
  ['single', '64'],
] as const

test('factors, solutions and products of ugly shapes and scales pass verify, and numpy agrees', async (t) => {
  const cwd = await temporaryFolder(t)
  await runPython(matrices, cwd)
  await Promise.all(
    kinds.map(async ([kind, tile]) => {
      const dtype = kind === 'single' ? ['--dtype', 'float32'] : []
      const [A, B, L, X, C] = ['A', 'B', 'L', 'X', 'C'].map((name) => `w/${kind}-${name}`) as [
        string,
        string,
        string,
        string,
        string,
      ]
      await succeed(['import', `${kind}-A.npy`, A, '--tile', tile, ...dtype], { cwd })
      await succeed(['import', `${kind}-B.npy`, B, '--tile', tile, ...dtype], { cwd })
      await succeed(['cholesky', A, '-o', L], { cwd })
      await succeed(['solve', A, B, '-o', X], { cwd })
      await succeed(['gemm', A, B, '-o', C], { cwd })
      for (const args of [
        ['cholesky', A, L],
        ['solve', A, X, B],
        ['gemm', A, B, C],
      ]) {
        const { passed, ratio } = await json(['verify', ...args], { cwd })
        t.true(passed === true && (ratio as number) < 30, `${args.join(' ')}: ${ratio}`)
      }
    }),
  )
  const worst = oneObject(await runPython(compare, cwd, ...kinds.map(([kind]) => kind)))
  for (const [what, error] of Object.entries(worst)) t.true((error as number) < 30, `${what}: ${error}`)
})

/** Opens what the command line wrote with zarr-python; residuals by numpy, in extended precision where it has that. */
const compare = `
import sys, json, zarr, numpy as np
errors = {}
for kind in sys.argv[2:]:
    A, B, L, X, C = (zarr.open_array(f'{sys.argv[1]}/w/{kind}-{name}', mode='r')[:] for name in 'ABLXC')
    assert np.array_equal(A, np.load(f'{sys.argv[1]}/{kind}-A.npy')), kind
    assert not np.triu(L, 1).any(), kind
    eps = np.finfo(A.dtype).eps / 2
    s = np.abs(A).max()
    # scaled by powers of two, which changes no digit
    p = 2.0 ** (2 * np.round(np.log2(float(s)) / 2)) if kind in ('huge', 'tiny') else 1.0
    a, b, l, x, c = (m.astype(np.longdouble) for m in (A / p, B, L / np.sqrt(p), X * p, C / p))
    n = len(a); norm = lambda m: np.abs(m).sum(0).max()
    errors[kind + ' cholesky'] = float(norm(a - l @ l.T) / (n * norm(a) * eps))
    errors[kind + ' solve'] = float(norm(b - a @ x) / (n * norm(a) * norm(x) * eps))
    errors[kind + ' gemm'] = float(norm(c - a @ b) / (n * norm(a) * norm(b) * eps))
print(json.dumps(errors))
`

test('the ratio of verify is that of numpy, and a damaged result fails it', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'spd', 'w/A', '--shape', '300', '--tile', '64'], { cwd })
  await succeed(['cholesky', 'w/A', '-o', 'w/L'], { cwd })
  await succeed(['export', 'w/A', 'A.npy'], { cwd })
  await succeed(['export', 'w/L', 'L.npy'], { cwd })
  const { ratio } = (await json(['verify', 'cholesky', 'w/A', 'w/L'], { cwd })) as { ratio: number }
  const ours = await runPython(
    `import sys, numpy as np
A, L = (np.load(sys.argv[1] + name) for name in ('/A.npy', '/L.npy'))
a = np.tril(A) + np.tril(A, -1).T
norm = lambda m: np.abs(m).sum(0).max()
print(float(norm(a - L.astype(np.longdouble) @ L.T.astype(np.longdouble)) / (len(a) * norm(a) * 2.0**-53)))
L[200, 7] += 1e-6; np.save(sys.argv[1] + '/bad.npy', L)`,
    cwd,
  )
  // numpy's sums are exact here and ours are rounded: the same size, not the same digits
  t.true(ratio < 3 * Number(ours) && Number(ours) < 3 * ratio, `${ratio} and ${ours}`)
  await succeed(['import', 'bad.npy', 'w/bad', '--tile', '64'], { cwd })
  const bad = await cli(['verify', 'cholesky', 'w/A', 'w/bad', '--json'], { cwd })
  t.is(bad.code, 1)
  t.is(oneObject(bad.stdout).passed, false)
  const truth = await runPython(
    `import sys, numpy as np
A, L = (np.load(sys.argv[1] + name) for name in ('/A.npy', '/bad.npy'))
a = np.tril(A) + np.tril(A, -1).T
norm = lambda m: np.abs(m).sum(0).max()
print(float(norm(a - L @ L.T) / (len(a) * norm(a) * 2.0**-53)))`,
    cwd,
  )
  const badRatio = oneObject(bad.stdout).ratio as number
  t.true(Math.abs(badRatio / Number(truth) - 1) < 0.03, `${badRatio} and ${truth}`)
})

test('a matrix that is not positive definite ends with the global order of the minor', async (t) => {
  const cwd = await temporaryFolder(t)
  const rows = Array.from({ length: 150 }, (_, i) =>
    Array.from({ length: 150 }, (_, j) => (i === j ? (i === 100 ? -1 : 2) : 0)),
  )
  await writeFile(join(cwd, 'A.csv'), rows.map((row) => row.join(',')).join('\n'))
  await succeed(['import', 'A.csv', 'w/A', '--tile', '32'], { cwd })
  const calls = [
    ['cholesky', 'w/A', '-o', 'w/L'],
    ['solve', 'w/A', 'w/A', '-o', 'w/X', '--assume', 'spd'],
  ]
  for (const args of calls) {
    const { code, stdout, stderr } = await cli(args, { cwd })
    t.is(code, 1, stderr)
    t.is(stdout, '')
    t.regex(stderr, /leading minor of order 101 \(tile \[3,3\], row 4\) is not positive/)
    t.is((await cli(['info', args[3]!], { cwd })).code, 2)
  }
  const error = oneObject((await cli([...calls[0]!, '--json'], { cwd })).stdout).error as { message: string }
  t.regex(error.message, /order 101/)
})

test('hilbert matrices factor while double precision lets them', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(['generate', 'hilbert', 'w/H8', '--shape', '8', '--tile', '4'], { cwd })
  await succeed(['cholesky', 'w/H8', '-o', 'w/L8'], { cwd })
  t.is((await json(['verify', 'cholesky', 'w/H8', 'w/L8'], { cwd })).passed, true)
  await succeed(['generate', 'hilbert', 'w/H40', '--shape', '40', '--tile', '8'], { cwd })
  const { code, stderr } = await cli(['cholesky', 'w/H40', '-o', 'w/L40'], { cwd })
  t.is(code, 1)
  t.regex(stderr, /leading minor of order 1[2-9] .* is not positive/)
})
