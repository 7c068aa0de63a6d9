/** Runs and gc side by side in one bucket, their tasks handed out by one Redis. */

import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { readState, writeState } from '../../src/run/index.ts'
import { openStore, type Store } from '../../src/storage/index.ts'
import { cli, json, startCli, succeed } from '../helpers/cli.ts'
import { startRedis } from '../helpers/servers/redis.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

async function keysOf(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list(prefix)) keys.push(key)
  return keys.sort()
}

async function bitsOf(store: Store, path: string): Promise<Record<string, string>> {
  const bits: Record<string, string> = {}
  for (const key of await keysOf(store, `${path}/c/`)) {
    bits[key.slice(path.length)] = Buffer.from((await store.get(key))!).toString('base64')
  }
  return bits
}

test.serial(
  'S3 and Redis: runs at once are apart, places and names are taken once, gc removes the dead ones',
  async (t) => {
    t.timeout(300_000)
    const cwd = await temporaryFolder(t)
    const [server, redis] = await Promise.all([startVersitygw(t), startRedis(t)])
    const url = await server.url('work')
    const env = { ...server.env, NUMPYWREN_STORE: url }
    const shared = { ...env, NUMPYWREN_COORDINATOR: redis.url }
    Object.assign(process.env, server.env)
    const store = openStore(url)
    t.teardown(() => store.close())
    const factor = (run: string, output: string): string[] => [
      ...['cholesky', `${url}/A`, '-o', `${url}/${output}`, '--run-id', run],
      ...['--durability', 'full', '--slots', '1', '--workers', '1'],
    ]
    await succeed(['generate', 'spd', `${url}/A`, '--shape', '224', '--tile', '32'], { cwd, env })
    await succeed(factor('alone', 'expected'), { cwd, env })

    // One is killed in its midst, alone with its tiles; two work at the same time.
    const dead = startCli(factor('dead', 'dead'), { cwd, env })
    while ((await keysOf(store, '.numpywren/runs/dead/tiles/')).length < 5) await sleep(20)
    dead.child.kill('SIGKILL')
    await dead.done
    const both = ['one', 'two'].map((run) => startCli(factor(run, run), { cwd, env: shared }))
    for (const run of ['one', 'two']) while ((await keysOf(store, `${run}/c/`)).length === 0) await sleep(20)
    for (const { child } of both) child.kill('SIGSTOP')
    const refused = await Promise.all([
      cli(factor('three', 'one'), { cwd, env: shared }),
      cli(factor('two', 'four'), { cwd, env: shared }),
    ])
    const young = await json(['gc', '--older-than', '0s'], { cwd, env })
    // A dead driver elsewhere is known by its silence.
    await writeState(store, 'dead', { ...(await readState(store, 'dead'))!, heartbeatAt: Date.now() - 600_000 })
    const old = await json(['gc', '--older-than', '0s'], { cwd, env })
    for (const { child } of both) child.kill('SIGCONT')

    const [sameOutput, sameName] = refused.map(({ code, stderr }) => ({ code, stderr }))
    t.is(sameOutput!.code, 2, sameOutput!.stderr)
    t.regex(sameOutput!.stderr, /work\/one (is being written by run one|exists)|already a matrix at \S+one/)
    t.is(sameName!.code, 2, sameName!.stderr)
    t.regex(sameName!.stderr, /there is already a run two/)

    t.true((young.kept as { run: string }[]).some(({ run }) => run === 'dead'))
    const touched = [young, old].flatMap(({ removed }) => removed as { run?: string; what: string }[])
    t.deepEqual([...new Set(touched.map(({ run }) => run))], ['dead'])
    t.deepEqual(touched.map(({ what }) => what).sort(), ['claim', 'intermediates', 'unfinished matrix'])
    t.deepEqual(await keysOf(store, 'dead/'), [])

    for (const { code, stderr } of await Promise.all(both.map(({ done }) => done))) t.is(code, 0, stderr)
    const expected = await bitsOf(store, 'expected')
    for (const run of ['one', 'two']) t.deepEqual(await bitsOf(store, run), expected)
    t.deepEqual(await keysOf(store, 'four/'), [])
    t.deepEqual(await keysOf(store, '.numpywren/outputs/'), [])
    t.deepEqual(await keysOf(store, '.numpywren/gc/'), [])
    await succeed(['gc', '--records', '--older-than', '0s'], { cwd, env })
    t.deepEqual(await keysOf(store, '.numpywren/'), [])
    await succeed(['verify', 'cholesky', `${url}/A`, `${url}/one`], { cwd, env })
  },
)
