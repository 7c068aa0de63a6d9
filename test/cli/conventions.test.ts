import test from 'ava'
import { cli, oneObject, succeed } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

test('every command has help with an example', async (t) => {
  const cwd = await temporaryFolder(t)
  const { stdout } = await succeed(['--help'], { cwd })
  const names = [...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name = '']) => name)
  t.true(names.length >= 19, stdout)
  await Promise.all(
    names.map(async (name) => {
      const help = await succeed([name, '--help'], { cwd })
      t.regex(help.stdout, new RegExp(`Examples:\\n +\\$ (npm run|numpywren) ${name}`), name)
      t.is(help.stderr, '')
    }),
  )
  t.is((await cli([], { cwd })).code, 2)
  t.is((await cli(['--version'], { cwd })).code, 0)
})

test('every command prints exactly one JSON object under --json, and no colour', async (t) => {
  const cwd = await temporaryFolder(t)
  const calls = [
    'generate spd w/A --shape 96 --tile 32',
    'generate normal w/B --shape 96x5 --tile 32x5',
    'export w/A A.npy',
    'import A.npy w/A2 --tile 32',
    'info w/A',
    'ls w',
    'cholesky w/A -o w/L --run-id r',
    'solve w/A w/B -o w/X',
    'gemm w/A w/B -o w/C',
    'verify cholesky w/A w/L',
    'run cholesky --bind A=w/A --bind L=w/L2 --arg N=3 --arg truncate=0',
    'check cholesky',
    'dag cholesky --arg N=3',
    'profile cholesky --arg N=3',
    'runs --store w',
    'status r --store w',
    'resume r --store w',
    'cancel r --store w',
    'trace r --store w -o -',
    'trace r --store w -o trace.json',
    'gc --store w',
    'gc --store w --dry-run --records --older-than 0s',
    'dag cholesky --arg N=3 -o dag.json',
    'dag cholesky --arg N=3 --format svg -o dag.svg',
    'profile cholesky --arg N=3 -o profile.svg',
    'rm w/A2',
  ]
  for (const call of calls) {
    const { code, stdout, stderr } = await cli([...call.split(' '), '--json'], { cwd })
    t.is(code, 0, `${call}: ${stderr}`)
    t.notThrows(() => oneObject(stdout), `${call}: ${stdout.slice(0, 200)}`)
    t.false(stderr.includes('\u001b') || /█|░/.test(stderr), call)
  }
  const refused = await cli(['export', 'w/A', '-', '--json'], { cwd })
  t.is(refused.code, 2)
  oneObject(refused.stdout)
  const failed = await cli(['verify', 'cholesky', 'w/A', 'w/A', '--json'], { cwd })
  t.is(failed.code, 1, failed.stderr)
  oneObject(failed.stdout)
})
