import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { comparisonSchema } from '../../src/report/index.ts'
import { cli, oneObject } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

test('one provider that fails keeps its row and its reason, and the others their results', async (t) => {
  const cwd = await temporaryFolder(t)
  const env = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ACCESS_KEY_ID: 'k',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_REGION: 'us-east-1',
  }
  const line =
    'compare gemm --shape 64x96 --tile 32 --providers here,local,aws-lambda --workers 2 --repeat 2 --store work -o out/report'
  const { code, stdout, stderr } = await cli(line.split(' '), { cwd, env })
  t.is(code, 1, stderr)
  t.regex(stdout, /^here +2 of 2 +[\d.]+ /m)
  t.regex(stdout, /^local +2 of 2 +[\d.]+ /m)
  t.regex(stdout, /^aws-lambda +0 of 2 +failed: \S/m)
  t.regex(stdout, /^All 4 results are bitwise the same\.$/m)
  t.regex(stdout, /ratio .*passed$/m)
  t.regex(stderr, /^here, repeat 2: [\d.]+ s$/m)
  const comparison = comparisonSchema.parse(JSON.parse(await readFile(join(cwd, 'out/report/report.json'), 'utf8')))
  t.deepEqual(
    comparison.providers.map(({ runs, problem }) => [runs.length, problem === undefined]),
    [
      [2, true],
      [2, true],
      [0, false],
    ],
  )
  const [, local] = comparison.providers
  t.true((local?.runs[0]?.measures.starts.coldMs.count ?? 0) > 0)
  for (const { measures } of local?.runs ?? []) {
    t.true(measures.starts.invocations > 0 && measures.store.readMs.count > 0)
  }
  const page = await readFile(join(cwd, 'out/report/report.html'), 'utf8')
  t.true(page.startsWith('<!doctype html>') && page.includes('0 of 2'))
  t.deepEqual(await readdir(join(cwd, 'work')), [])
})

test('--json prints one object, and everything well ends with 0', async (t) => {
  const cwd = await temporaryFolder(t)
  const line =
    'compare svd --shape 60 --tile 20 --option band=10 --dtype float32 --providers here --repeat 1 --store work -o r --json'
  const { code, stdout, stderr } = await cli(line.split(' '), { cwd })
  t.is(code, 0, stderr)
  const { files, comparison } = oneObject(stdout) as { files: { html: string }; comparison: unknown }
  t.is(files.html, 'r/report.html')
  const { work } = comparisonSchema.parse(comparison)
  t.deepEqual([work.options, work.operands[0]?.dtype, work.repeat], [{ band: 10 }, 'float32', 1])
})

test('what does not fit is refused', async (t) => {
  const cwd = await temporaryFolder(t)
  const calls = [
    [
      'compare cholesky --shape 8 --providers here,azure -o r',
      /'azure' is none of here, local, aws-lambda, gcp-functions/,
    ],
    ['compare cholesky --shape 8 --providers here --option tree=flat -o r', /cholesky has no option tree; it has none/],
  ] as const
  await Promise.all(
    calls.map(async ([line, message]) => {
      const { code, stderr } = await cli(line.split(' '), { cwd })
      t.is(code, 2, line)
      t.regex(stderr, message)
    }),
  )
})
