/** The harmonic fit through one QR of [A b] has the coefficients and the residual of NumPy's least squares. */

import { join } from 'node:path'
import test from 'ava'
import { runPython } from '../helpers/python.ts'
import { exampleFolder, examples, runExample } from './helpers/example.ts'

const program = `
import sys, json, datetime, numpy
rows = [line.split(',') for line in open(sys.argv[1]).read().split()[1:]]
epoch = datetime.date(1970, 1, 1)
t = numpy.array([1970 + (datetime.date.fromisoformat(date) - epoch).days / 365.2425 for date, _ in rows])
ppm = numpy.array([float(value) for _, value in rows])
def cycle(t): return [f(2 * numpy.pi * k * t) for k in range(1, 5) for f in (numpy.cos, numpy.sin)]
A = numpy.column_stack([((t - 1980) / 10) ** j for j in range(3)] + cycle(t))
x, (rss,), rank, _ = numpy.linalg.lstsq(A, ppm)
year = numpy.column_stack(cycle(numpy.arange(365) / 365)) @ x[3:]
print(json.dumps({
    'x': x.tolist(), 'deviation': numpy.sqrt(rss / (len(ppm) - len(x))), 'amplitude': numpy.hypot(x[3], x[4]),
    'swing': year.max() - year.min(), 'crest': int(year.argmax()), 'trough': int(year.argmin()),
}))
`

test('coefficients, residual deviation and the yearly cycle are NumPy’s', async (t) => {
  const output = runExample(exampleFolder(t), 'harmonics.ts')
  const wanted = JSON.parse(await runPython(program, join(examples, 'mauna-loa-co2.csv')))

  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1])
  const coefficients = [...output.matchAll(/^[abc]\d +(-?[\d.]+)$/gm)].map(([, value]) => Number(value))
  t.is(coefficients.length, wanted.x.length)
  for (const [j, value] of coefficients.entries()) t.true(Math.abs(value - wanted.x[j]) < 1e-6, `${j}: ${value}`)
  t.true(Math.abs(number(/deviation ([\d.]+) ppm/) - wanted.deviation) < 1e-4)
  t.true(Math.abs(number(/amplitude ([\d.]+) ppm/) - wanted.amplitude) < 1e-4)
  t.true(Math.abs(number(/^([\d.]+) ppm from the trough/m) - wanted.swing) < 6e-3)
  const day = (of: number) =>
    new Date(Date.UTC(2001, 0, 1 + of)).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
  t.true(output.includes(`from the trough (${day(wanted.trough)}) to the crest (${day(wanted.crest)})`), output)
})
