import { randomUUID } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { Dtype } from '../../../src/kernels/index.ts'
import { exportCsv, exportFile } from '../../../src/matrix/export/index.ts'
import { importFile } from '../../../src/matrix/import/index.ts'
import { BigMatrix, type Layout } from '../../../src/matrix/index.ts'
import { MemoryStore, openStore } from '../../../src/storage/index.ts'
import { runPython } from '../../helpers/python.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

async function matrix(layout: Layout, data: readonly number[], fillValue = 0): Promise<BigMatrix> {
  const made = await BigMatrix.create(new MemoryStore(), 'A', layout, { fillValue })
  if (data.length > 0) await made.write(...layout.shape.map((n) => [0, n] as const), data)
  return made
}

async function csvOf(array: BigMatrix): Promise<string> {
  let text = ''
  for await (const piece of exportCsv(array)) text += piece
  return text
}

/** The file as numpy reads it: dtype, shape, order, and the elements as Python spells them. */
async function withNumpy(file: string): Promise<unknown> {
  const program = `
import json, sys, numpy as np
a = np.load(sys.argv[1])
print(json.dumps([str(a.dtype), a.shape, bool(a.flags.c_contiguous), [repr(float(x)) for x in a.ravel()]]))`
  return JSON.parse(await runPython(program, file))
}

test('a .npy file is what numpy expects, in either precision and for a vector', async (t) => {
  const folder = await temporaryFolder(t)
  const data = [0.1, Number.NaN, -0, Infinity, -Infinity, 1e300, 5e-324, 2, 3, 4]
  const file = join(folder, 'a.npy')
  await exportFile(await matrix({ shape: [5, 2], tile: [2, 3], dtype: 'float64' }, data), file)
  const spelt = ['0.1', 'nan', '-0.0', 'inf', '-inf', '1e+300', '5e-324', '2.0', '3.0', '4.0']
  t.deepEqual(await withNumpy(file), ['float64', [5, 2], true, spelt])
  await exportFile(await matrix({ shape: [2, 2], tile: [1, 1], dtype: 'float32' }, [0.5, 1, 2, 3]), file, {
    overwrite: true,
  })
  t.deepEqual(await withNumpy(file), ['float32', [2, 2], true, ['0.5', '1.0', '2.0', '3.0']])
  await exportFile(await matrix({ shape: [3], tile: [2], dtype: 'float64' }, [7, 8, 9]), join(folder, 'v.npy'))
  t.deepEqual(await withNumpy(join(folder, 'v.npy')), ['float64', [3], true, ['7.0', '8.0', '9.0']])
  t.deepEqual((await readdir(folder)).sort(), ['a.npy', 'v.npy'])
})

test('views, tile origins and absent tiles export as they read', async (t) => {
  const folder = await temporaryFolder(t)
  const a = await matrix({ shape: [2, 3], tile: [1, 2], dtype: 'float64' }, [1, 2, 3, 4, 5, 6])
  await exportFile(a.transposed(), join(folder, 'a.csv'))
  t.is(await readFile(join(folder, 'a.csv'), 'utf8'), '1,4\n2,5\n3,6\n')
  const b = await matrix({ shape: [2, 3], tile: [1, 2], dtype: 'float64', origin: [1, -1] }, [], Number.NaN)
  t.is(await csvOf(b), 'nan,nan,nan\nnan,nan,nan\n')
})

async function roundTrips(t: ExecutionContext<unknown>, name: string, dtype: Dtype): Promise<void> {
  const folder = await temporaryFolder(t)
  const file = join(folder, name)
  const element = dtype === 'float64' ? fc.double() : fc.float()
  const rows = fc
    .integer({ min: 1, max: 9 })
    .chain((cols) => fc.array(fc.array(element, { minLength: cols, maxLength: cols }), { minLength: 1, maxLength: 9 }))
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), async (table, mb, nb) => {
      const shape = [table.length, table[0]!.length]
      await exportFile(await matrix({ shape, tile: [mb, nb], dtype }, table.flat()), file, { overwrite: true })
      const back = await importFile(file, new MemoryStore(), 'B', { tile: [nb, mb], dtype })
      t.deepEqual({ shape: back.layout.shape, data: [...(await back.read()).data] }, { shape, data: table.flat() })
    }),
    { numRuns: 50 },
  )
}

test('.npy reads back, float64', roundTrips, 'a.npy', 'float64')
test('.npy reads back, float32', roundTrips, 'a.npy', 'float32')
test('.csv reads back, float64', roundTrips, 'a.csv', 'float64')
test('.csv reads back, float32', roundTrips, 'a.csv', 'float32')

test('single precision is spelt in the fewest digits that tell it apart', async (t) => {
  const a = await matrix({ shape: [1, 4], tile: [1, 4], dtype: 'float32' }, [0.1, 1 / 3, 16777216, 1e-45])
  t.is(await csvOf(a), '0.1,0.33333334,16777216,1e-45\n')
})

test('what cannot be written is an error of the input and leaves nothing', async (t) => {
  const folder = await temporaryFolder(t)
  const a = await matrix({ shape: [1, 1], tile: [1, 1], dtype: 'float64' }, [1])
  await writeFile(join(folder, 'old.csv'), 'old')
  const cases: readonly (readonly [BigMatrix, string, RegExp])[] = [
    [a, 'old.csv', /old\.csv exists already/],
    [a, 'a.xlsx', /must end in \.npy or \.csv/],
    [a, 'none/a.npy', /cannot write .*: its folder does not exist/],
    [await matrix({ shape: [1, 1, 1], tile: [1, 1, 1], dtype: 'float64' }, []), 'a.npy', /has 3 dimensions \(1x1x1\)/],
  ]
  for (const [array, name, message] of cases) {
    const error = await t.throwsAsync(exportFile(array, join(folder, name)), { message })
    t.is((error as { category?: string } | undefined)?.category, 'input')
  }
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  await t.throwsAsync(exportFile(a, join(folder, 'a.npy'), { signal: controller.signal }), { message: 'enough' })
  t.deepEqual(await readdir(folder), ['old.csv'])
  t.is(await readFile(join(folder, 'old.csv'), 'utf8'), 'old')
})

test('a file in a store is an object of the same bytes, replaced only when asked, and of limited size', async (t) => {
  const folder = await temporaryFolder(t)
  const root = `memory://${randomUUID()}/some/where`
  const values = Array.from({ length: 2100 }, (_, i) => Math.sin(i))
  const small = await matrix({ shape: [70, 30], tile: [16, 16], dtype: 'float64' }, values)
  for (const name of ['A.npy', 'A.csv']) {
    await exportFile(small, join(folder, name))
    await exportFile(small, `${root}/${name}`)
    const stored = await openStore(root).get(name)
    t.true(Buffer.from(stored!).equals(await readFile(join(folder, name))), name)
    await t.throwsAsync(exportFile(small, `${root}/${name}`), { name: 'InputError', message: /exists already/ })
    await exportFile(small, `${root}/${name}`, { overwrite: true })
  }
  const large = await matrix({ shape: [6000, 6000], tile: [600, 600], dtype: 'float64' }, [])
  await t.throwsAsync(exportFile(large, `${root}/B.npy`), { name: 'InputError', message: /at most 256 MiB/ })
  t.is(await openStore(root).stat('B.npy'), undefined)
})
