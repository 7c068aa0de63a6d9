/** The principal components of the digits are NumPy's, up to their signs, and are drawn. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { runPython } from '../helpers/python.ts'
import { exampleFolder, examples, runExample } from './helpers/example.ts'

const program = `
import sys, json, numpy, zarr
X = numpy.loadtxt(sys.argv[1], delimiter=',', skiprows=1)[:, :64]
_, s, vt = numpy.linalg.svd(X - X.mean(axis=0), full_matrices=False)
ratios = s**2 / numpy.sum(s**2)
C = zarr.open_array(sys.argv[2] + '/components', mode='r')[:]
print(json.dumps({
    'ratios': ratios.tolist(), 'enough': int(numpy.searchsorted(numpy.cumsum(ratios), 0.95)) + 1,
    'difference': float(max(1 - abs(C[k] @ vt[k]) for k in range(12))),
}))
`

test('ratios and components are NumPy’s; every component is drawn', async (t) => {
  const folder = exampleFolder(t)
  const output = runExample(folder, 'digits-pca.ts')
  const wanted = JSON.parse(await runPython(program, join(examples, 'digits.csv'), join(folder, 'work')))

  const ratios = [...output.matchAll(/^\d+: ([\d.]+)$/gm)].map(([, ratio]) => Number(ratio))
  t.is(ratios.length, 12)
  for (const [k, ratio] of ratios.entries()) t.true(Math.abs(ratio - wanted.ratios[k]) < 1e-6, `${k}: ${ratio}`)
  t.true(output.includes(`${wanted.enough} of 64 components explain 95 %`), output)
  t.true(wanted.difference < 1e-12)

  const svg = readFileSync(join(folder, 'digits.svg'), 'utf8')
  t.true([...svg.matchAll(/<rect/g)].length > 12 * 64)
  t.regex(svg, />12: 2.3 %</)
  t.true(existsSync(join(folder, 'digits.png')))
})
