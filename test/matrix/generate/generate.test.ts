import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import fc from 'fast-check'
import { exportFile } from '../../../src/matrix/export/index.ts'
import { type GenerateOptions, generate, type KindName, matrixKinds } from '../../../src/matrix/generate/index.ts'
import { Philox } from '../../../src/matrix/generate/philox.ts'
import { BigMatrix } from '../../../src/matrix/index.ts'
import { MemoryStore } from '../../../src/storage/index.ts'
import { runPython } from '../../helpers/python.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const allKinds = Object.keys(matrixKinds) as KindName[]
const random: ReadonlySet<KindName> = new Set(['uniform', 'normal', 'spd', 'svd', 'poev', 'heev', 'permutation'])
/** The module of the accuracy tests, which knows many of the kinds by the same name. */
const zoo = fileURLToPath(new URL('../../accuracy/helpers', import.meta.url))

async function elements(kind: KindName, options: GenerateOptions): Promise<number[]> {
  return [...(await (await generate(kind, new MemoryStore(), 'A', options)).read()).data]
}

test('Philox4x32-10 gives the known answers of its authors', (t) => {
  const words = (key: [number, number], counter: [number, number, number, number]): number[] => {
    const philox = new Philox(...key)
    philox.generate(...counter)
    return [philox.x0, philox.x1, philox.x2, philox.x3].map((word) => word >>> 0)
  }
  // Random123, kat_vectors: philox4x32 10
  t.deepEqual(words([0, 0], [0, 0, 0, 0]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8])
  const ones = 0xffffffff
  t.deepEqual(words([ones, ones], [ones, ones, ones, ones]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd])
  t.deepEqual(
    words([0xa4093822, 0x299f31d0], [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]),
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  )
})

for (const kind of allKinds) {
  test(`the same seed gives the same ${kind} matrix whatever the tiles`, async (t) => {
    const shape = [13, 13] as const
    const whole = await elements(kind, { shape, tile: 13, seed: 2 ** 40 + 5 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 15 }), async (mb, nb) => {
        t.deepEqual(await elements(kind, { shape, tile: [mb, nb], seed: 2 ** 40 + 5 }), whole)
      }),
      { numRuns: 25 },
    )
    const other = await elements(kind, { shape, tile: 4, seed: 5 })
    if (random.has(kind)) t.notDeepEqual(other, whole)
    else t.deepEqual(other, whole)
  })
}

test('the matrices have the properties that their kinds promise, checked by numpy', async (t) => {
  const folder = await temporaryFolder(t)
  const write = async (kind: KindName, name: string, options: GenerateOptions): Promise<void> =>
    exportFile(await generate(kind, new MemoryStore(), 'A', { seed: 3, tile: 50, ...options }), join(folder, name))
  await write('uniform', 'uniform.npy', { shape: [300, 401] })
  await write('uniform', 'single.npy', { shape: [300, 401], dtype: 'float32' })
  await write('normal', 'normal.npy', { shape: [300, 401] })
  for (const n of [1, 2, 3, 257]) await write('spd', `spd${n}.npy`, { shape: [n, n] })
  await write('hilbert', 'hilbert.npy', { shape: [60, 70] })
  await write('kahan', 'kahan.npy', { shape: [60, 60] })
  await write('wilkinson', 'wilkinson.npy', { shape: [54, 54] })
  await write('svd', 'tall.npy', { shape: [200, 70], cond: 1e6 })
  await write('svd', 'wide.npy', { shape: [70, 201], cond: 1e3 })
  await write('svd', 'one.npy', { shape: [1, 1], cond: 10 })
  const program = `
import os, sys, numpy as np, scipy.linalg, scipy.stats
os.chdir(sys.argv[1]); load = lambda name: np.load(name + '.npy')
u = load('uniform'); assert 0 <= u.min() < u.max() < 1 and len(np.unique(u)) == u.size
assert scipy.stats.kstest(u.ravel(), 'uniform').pvalue > 1e-3 and abs(np.corrcoef(u[::2].ravel(), u[1::2].ravel())[0, 1]) < 0.02
s = load('single'); assert s.dtype == 'f4' and (s == np.floor(u * 2**24) / 2**24).all()
z = load('normal'); assert scipy.stats.kstest(z.ravel(), 'norm').pvalue > 1e-3 and abs(np.corrcoef(z[:-1].ravel(), z[1:].ravel())[0, 1]) < 0.02
for n in [1, 2, 3, 257]:
    a = load(f'spd{n}'); w = np.linalg.eigvalsh(a); assert (a == a.T).all() and 1 <= w[0] and w[-1] <= 2 * n, (n, w)
assert (load('hilbert')[:60, :60] == scipy.linalg.hilbert(60)).all()
i = np.arange(60); k = np.sin(1.2) ** i[:, None] * (np.eye(60) - np.cos(1.2) * np.triu(np.ones((60, 60)), 1)); assert np.allclose(load('kahan'), k, rtol=1e-13, atol=0)
p, l, uu = scipy.linalg.lu(load('wilkinson')); assert uu[-1, -1] == 2.0 ** 53
for name, cond in [('tall', 1e6), ('wide', 1e3), ('one', 1)]:
    a = load(name); k = min(a.shape); s = np.linalg.svd(a, compute_uv=False)
    assert np.allclose(s, np.geomspace(1, 1 / cond, k), rtol=1e-9, atol=1e-14), (name, s)
    assert k == 1 or np.abs(a - np.diag(np.diag(a[:k, :k])) if a.shape[0] == a.shape[1] else a).max() > 0
print('fine')`
  t.is((await runPython(program, folder)).trim(), 'fine')
})

test('matrices with a closed form are what the zoo of the accuracy tests says', async (t) => {
  const folder = await temporaryFolder(t)
  const shapes = { square: [31, 31], tall: [40, 23], wide: [23, 40], one: [1, 1] } as const
  for (const kind of allKinds.filter((kind) => !random.has(kind))) {
    for (const [name, shape] of Object.entries(shapes)) {
      const file = join(folder, `${kind}-${name}.npy`)
      const make = generate(kind, new MemoryStore(), 'A', { shape, tile: [7, 9] })
      if (shape[0] === shape[1]) await exportFile(await make, file)
      else await make.then((matrix) => exportFile(matrix, file)).catch((error) => t.regex(`${error}`, /must be square/))
    }
  }
  const program = `
import os, sys, numpy as np
sys.path.insert(0, sys.argv[2]); import zoo
os.chdir(sys.argv[1])
names = {'zeros': 'all zero'}
whole = {'lehmer': zoo.lehmer, 'moler': zoo.moler, 'minij': zoo.minij, 'kms': zoo.kms}
for file in sorted(os.listdir('.')):
    kind = file.split('-')[0]; a = np.load(file); m, n = a.shape
    known = whole[kind](max(m, n))[:m, :n] if kind in whole else zoo.make(names.get(kind, kind), m, n)
    if kind == 'clement' and m % 2: known = zoo.clement(m)
    assert np.allclose(a, known, rtol=1e-11, atol=1e-11), (file, np.abs(a - known).max())
    assert kind not in whole or m != n or (a == a.T).all(), kind
print(len(os.listdir('.')))`
  t.true(Number(await runPython(program, folder, zoo)) > 60)
})

test('given spectra are those of their mode, condition number and rank', async (t) => {
  const folder = await temporaryFolder(t)
  const modes = [1, 2, 3, 4, 5, 6]
  const write = async (kind: KindName, name: string, options: GenerateOptions): Promise<void> =>
    exportFile(await generate(kind, new MemoryStore(), 'A', { seed: 3, tile: 16, ...options }), join(folder, name))
  for (const mode of modes) {
    await write('svd', `svd-${mode}.npy`, { shape: [60, 41], cond: 1e6, mode })
    await write('poev', `poev-${mode}.npy`, { shape: [50, 50], cond: 1e6, mode })
    await write('heev', `heev-${mode}.npy`, { shape: [50, 50], cond: 1e6, mode })
    await write('svd', `svd-${mode}-rank.npy`, { shape: [41, 60], cond: 1e3, mode, rank: 20 })
  }
  await write('svd', 'zero.npy', { shape: [5, 4], rank: 0 })
  await write('permutation', 'permutation.npy', { shape: [97, 97] })
  const program = `
import os, sys, numpy as np
os.chdir(sys.argv[1])
def known(mode, k, cond):
    i = np.arange(k)
    return {1: np.where(i == 0, 1, 1 / cond), 2: np.where(i < k - 1, 1, 1 / cond), 3: np.geomspace(1, 1 / cond, k), 4: np.linspace(1, 1 / cond, k)}.get(mode)
for name in sorted(os.listdir('.')):
    if name == 'zero.npy': assert not np.load(name).any(); continue
    a = np.load(name)
    if name == 'permutation.npy':
        assert set(np.unique(a)) == {0, 1} and (a.sum(0) == 1).all() and (a.sum(1) == 1).all() and np.trace(a) < 10; continue
    kind, mode = name[:-4].split('-')[:2]; rank = 20 if 'rank' in name else min(a.shape); cond = 1e3 if 'rank' in name else 1e6
    s = np.linalg.svd(a, compute_uv=False) if kind == 'svd' else np.linalg.eigvalsh(a)
    if kind != 'svd': assert (a == a.T).all() and (s.min() >= -1e-14 if kind == 'poev' else s.min() < -1e-7), name
    s = np.sort(np.abs(s))[::-1]
    assert (s[rank:] < 1e-14).all() and s[rank - 1] > (0 if mode == '6' else 0.99 / cond), name
    wanted = known(int(mode), rank, cond)
    if wanted is not None: assert np.allclose(s[:rank], wanted, rtol=1e-8, atol=1e-14), (name, s)
    elif mode == '5': assert 0.3 < np.log(s[:rank]).mean() / np.log(1 / cond) < 0.7, name
    else: assert 0.3 < s[:rank].mean() < 0.7 and s[0] <= 1 + 1e-14, name
print('fine')`
  t.is((await runPython(program, folder)).trim(), 'fine')
})

test('bad options are errors of the input, and an existing matrix stays unless it is to be replaced', async (t) => {
  const store = new MemoryStore()
  const shape = [4, 4] as const
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ['magic', { shape }, /unknown kind of matrix "magic"; known are uniform, normal, spd/],
    ['toString', { shape }, /unknown kind/],
    ['spd', { shape: [4, 5] }, /kind spd must be square, got shape 4x5/],
    ['wilkinson', { shape: [4, 5] }, /must be square/],
    ['uniform', { shape: [0, 5] }, /shape must be rows and columns/],
    ['uniform', { shape, tile: 0 }, /tile must be/],
    ['uniform', { shape, seed: -1 }, /seed must be a whole number from 0 to 2\^53 - 1, got -1/],
    ['svd', { shape, cond: 0.5 }, /cond must be a number of at least 1, got 0.5/],
    ['svd', { shape, mode: 7 }, /mode must be a whole number from 1 to 6, got 7/],
    ['heev', { shape, mode: 1.5 }, /mode must be a whole number from 1 to 6, got 1.5/],
    [
      'svd',
      { shape: [4, 3], rank: 4 },
      /rank must be a whole number from 0 to 3, the shorter side of the matrix, got 4/,
    ],
  ]
  for (const [kind, options, message] of cases) {
    const error = await t.throwsAsync(generate(kind as KindName, store, 'A', options as GenerateOptions), { message })
    t.is((error as { category?: string } | undefined)?.category, 'input')
  }
  await generate('hilbert', store, 'A', { shape })
  await t.throwsAsync(generate('hilbert', store, 'A', { shape: [2, 2] }), { name: 'AlreadyExistsError' })
  t.deepEqual((await BigMatrix.open(store, 'A')).layout.shape, [4, 4])
  await generate('hilbert', store, 'A', { shape: [2, 2], overwrite: true })
  t.deepEqual([...(await (await BigMatrix.open(store, 'A')).read()).data], [1, 1 / 2, 1 / 2, 1 / 3])
})
