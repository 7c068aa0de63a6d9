/** The example of Gaussian-process regression gives what NumPy gives from the formulas of the book, and draws it. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { runPython } from '../helpers/python.ts'
import { exampleFolder, examples, runExample } from './helpers/example.ts'

const program = `
import sys, json, datetime, numpy, zarr
def covariance(s, t, short, length):
    d = numpy.subtract.outer(s, t)
    trend = 66**2 * numpy.exp(-d**2 / (2 * 67**2))
    season = 2.4**2 * numpy.exp(-d**2 / (2 * 90**2) - 2 * numpy.sin(numpy.pi * d)**2 / 1.3**2)
    irregular = 0.66**2 * (1 + d**2 / (2 * 0.78 * 1.2**2))**-0.78
    return trend + season + irregular + short**2 * numpy.exp(-d**2 / (2 * length**2))
def learn(years, y, short, length, noise):
    K = covariance(years, years, short, length) + noise**2 * numpy.eye(len(years))
    sign, logdet = numpy.linalg.slogdet(K)
    alpha = numpy.linalg.solve(K, y)
    return K, alpha, -y @ alpha / 2 - logdet / 2 - len(y) / 2 * numpy.log(2 * numpy.pi)
rows = [line.split(',') for line in open(sys.argv[1]).read().split()[1:]]
epoch = datetime.date(1970, 1, 1)
years = numpy.array([1970 + (datetime.date.fromisoformat(date) - epoch).days / 365.2425 for date, _ in rows])
ppm = numpy.array([float(value) for _, value in rows])
y = ppm - ppm.mean()
book = learn(years, y, 0.18, 1.6 / 12, 0.19)[2]
K, alpha, weekly = learn(years, y, 0.277, 0.0193, 0.238)
stored = zarr.open_array(sys.argv[2] + '/forecast-mean', mode='r')[:, 0]
at = years[0] + numpy.arange(len(stored)) / 26
k = covariance(years, at, 0.277, 0.0193)
mean = k.T @ alpha
sigma = numpy.sqrt(covariance(at[:1], at[:1], 0.277, 0.0193)[0, 0] + 0.238**2 - numpy.sum(k * numpy.linalg.solve(K, k), axis=0))
last = at >= 2011
past = years < 1992
K, alpha, _ = learn(years[past], ppm[past] - ppm[past].mean(), 0.277, 0.0193, 0.238)
k = covariance(years[past], years[~past], 0.277, 0.0193)
tried = ppm[past].mean() + k.T @ alpha
error = numpy.sqrt(covariance(at[:1], at[:1], 0.277, 0.0193)[0, 0] + 0.238**2 - numpy.sum(k * numpy.linalg.solve(K, k), axis=0))
print(json.dumps({
    'book': book, 'weekly': weekly, 'difference': float(abs(mean - stored).max()),
    'last': float(ppm.mean() + mean[last].mean()), 'half': float(2 * sigma[last].mean()),
    'inside': int((abs(ppm[~past] - tried) <= 2 * error).sum()), 'later': int((~past).sum()),
}))
`

test('the likelihoods, the forecast and its band are NumPy’s; both pictures are drawn', async (t) => {
  const folder = exampleFolder(t)
  const output = runExample(folder, 'gaussian-process.ts')
  const wanted = JSON.parse(await runPython(program, join(examples, 'mauna-loa-co2.csv'), join(folder, 'work')))

  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1])
  t.regex(output, /^2225 weekly observations/)
  t.true(Math.abs(number(/monthly means: (-[\d.]+)/) - wanted.book) < 1e-3)
  t.true(Math.abs(number(/noise of weekly means: (-[\d.]+)/) - wanted.weekly) < 1e-3)
  t.true(number(/eps\) = ([\d.e-]+): passed/) < 1)
  t.true(wanted.difference < 1e-7)
  t.deepEqual(/has (\d+) of the (\d+) observations/.exec(output)?.slice(1).map(Number), [wanted.inside, wanted.later])
  t.true(Math.abs(number(/2011: ([\d.]+)/) - wanted.last) < 0.06)
  t.true(Math.abs(number(/\+- ([\d.]+) ppm/) - wanted.half) < 0.06)

  const svg = readFileSync(join(folder, 'co2.svg'), 'utf8')
  t.is([...svg.matchAll(/<circle/g)].length > 2225, true)
  t.regex(svg, /CO₂ \(parts per million by volume\)/)
  t.regex(svg, />forecast</)
  t.true(existsSync(join(folder, 'co2.png')))
})
