/** The accuracy tests leave out no algorithm and no kind of matrix. */

import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { algorithms } from '../../src/linalg/index.ts'
import { runPython } from '../helpers/python.ts'
import { cases } from './helpers/cases.ts'

/** Algorithms that move elements or round each of them once. */
const exact: ReadonlySet<string> = new Set(['transpose', 'reshard', 'map', 'norm', 'sum'])
const here = fileURLToPath(new URL('.', import.meta.url))

test('every algorithm that factors, solves or multiplies is measured, and every case is run', async (t) => {
  const measured = new Set(cases.map(({ algorithm }) => algorithm))
  const wanted = algorithms.map(({ name }) => name).filter((name) => !exact.has(name))
  t.deepEqual([...measured].sort(), wanted.sort())
  const files = (await readdir(here)).filter((name) => name.endsWith('.test.ts'))
  const texts = await Promise.all(files.map((name) => readFile(`${here}${name}`, 'utf8')))
  const declared = texts.map((text) => /declareAccuracyTests\(test, (.*)\)/.exec(text)?.[1] ?? '').join()
  for (const name of measured) t.true(declared.includes(`'${name}'`), name)
})

test('every kind of the zoo is used', async (t) => {
  const used = new Set(cases.flatMap(({ operands }) => Object.values(operands).map(({ kind }) => kind)))
  const program = 'import sys; sys.path.insert(0, sys.argv[1]); import zoo; print(*zoo.kinds, sep="\\n")'
  const known = (await runPython(program, `${here}helpers`)).trim().split('\n')
  t.deepEqual([...used].sort(), known.sort())
  t.true(known.length >= 30)
})
