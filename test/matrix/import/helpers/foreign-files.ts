import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { type ImportOptions, importFile } from '../../../../src/matrix/import/index.ts'
import { MemoryStore } from '../../../../src/storage/index.ts'
import { runPython } from '../../../helpers/python.ts'
import { temporaryFolder } from '../../../helpers/temporary-folder.ts'

/** A file and the matrix that Python says it holds. */
export interface ForeignFile {
  readonly file: string
  readonly shape: readonly [number, number]
  readonly expected: Float64Array
}

const prelude = `
import json, os, sys, warnings
import numpy as np
warnings.simplefilter('ignore')
os.chdir(sys.argv[1])
rng = np.random.default_rng(1)
files = []
def holds(name, value):
    value = np.atleast_1d(np.asarray(value))
    value = value.reshape(-1, 1) if value.ndim < 2 else value
    value = np.ascontiguousarray(value.astype('<f8'))
    value.tofile(f'expected-{len(files)}')
    files.append([name, value.shape])
`

/** Runs a Python program that writes files and calls \`holds(name, array)\` for each. */
export async function writeForeignFiles(t: ExecutionContext<unknown>, program: string): Promise<ForeignFile[]> {
  const folder = await temporaryFolder(t)
  const printed = await runPython(`${prelude}\n${program}\nprint(json.dumps(files))`, folder)
  const files = JSON.parse(printed) as [string, [number, number]][]
  return await Promise.all(
    files.map(async ([name, shape], i) => {
      const bytes = await readFile(join(folder, `expected-${i}`))
      return { file: join(folder, name), shape, expected: new Float64Array(new Uint8Array(bytes).buffer) }
    }),
  )
}

/** Imports the file and compares every element, NaN and the sign of zero included. */
export async function importsAsExpected(
  t: ExecutionContext<unknown>,
  { file, shape, expected }: ForeignFile,
  options: ImportOptions = {},
): Promise<void> {
  const matrix = await importFile(file, new MemoryStore(), 'A', options)
  t.deepEqual(matrix.layout.shape, shape, file)
  const { data } = await matrix.read()
  const wanted = options.dtype === 'float32' ? expected.map(Math.fround) : expected
  t.is(data.length, wanted.length, file)
  const wrong = wanted.findIndex((value, i) => !Object.is(data[i], value))
  t.is(wrong, -1, `${file}: element ${wrong} is ${data[wrong]}, wanted ${wanted[wrong]}`)
}

/** Writes a file, and the message with which its import fails, its folder left out. */
export async function importFailure(
  t: ExecutionContext<unknown>,
  name: string,
  content: string | Uint8Array,
): Promise<string> {
  const folder = await temporaryFolder(t)
  const file = join(folder, name)
  await writeFile(file, content)
  const store = new MemoryStore()
  const error = await t.throwsAsync(importFile(file, store, 'A', { tile: 2 }))
  t.is((error as { category?: string } | undefined)?.category, 'input', error?.stack)
  for await (const { key } of store.list('')) t.fail(`${key} was left behind`)
  return error?.message.replaceAll(`${folder}/`, '') ?? ''
}

/** Imports text as a file of the given name. */
export async function importText(
  t: ExecutionContext<unknown>,
  name: string,
  text: string,
): Promise<{ shape: readonly number[]; data: number[] }> {
  const file = join(await temporaryFolder(t), name)
  await writeFile(file, text)
  const matrix = await importFile(file, new MemoryStore(), 'A', { tile: [2, 3] })
  return { shape: matrix.layout.shape, data: [...(await matrix.read()).data] }
}
