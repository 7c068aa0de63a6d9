/** Commands on object stores, each a process of its own, against real servers. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { openStore } from '../../src/storage/index.ts'
import { cli, digests, filesUnder, json, startCli, succeed } from '../helpers/cli.ts'
import { runPython } from '../helpers/python.ts'
import { type FakeGcs, startFakeGcs } from '../helpers/servers/fake-gcs.ts'
import { startVersitygw, type Versitygw } from '../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const undo: (() => unknown)[] = []
const shared = { teardown: (step: () => unknown) => void undo.push(step) }
let s3: Versitygw
let gcs: FakeGcs
let env: Readonly<Record<string, string>>
test.before(async () => {
  ;[s3, gcs] = await Promise.all([startVersitygw(shared), startFakeGcs(shared)])
  env = { ...s3.env, ...gcs.env }
  Object.assign(process.env, env)
})
test.after.always(async () => {
  for (const step of undo.reverse()) await step()
})

let places = 0
/** A working folder, a bucket of each kind, and the options of commands that know both. */
async function site(t: ExecutionContext) {
  const cwd = await temporaryFolder(t)
  const bucket = `bucket-${places++}`
  return { cwd, options: { cwd, env }, s3: await s3.url(bucket), gs: await gcs.url(bucket), bucket }
}

/** Copies every object below a URL into a folder, by our own store. @returns digests of all but the metadata, which name the run */
async function fetched(url: string, folder: string): Promise<Record<string, string>> {
  const store = openStore(url)
  for await (const { key } of store.list('')) {
    await mkdir(dirname(join(folder, key)), { recursive: true })
    await writeFile(join(folder, key), (await store.get(key))!)
  }
  await store.close()
  return await tilesOf(folder)
}

/** Digests of the tiles of a matrix in a folder, which holds its metadata and nothing else. */
async function tilesOf(folder: string): Promise<Record<string, string>> {
  const { 'zarr.json': metadata, ...tiles } = await digests(folder)
  if (metadata === undefined) throw new Error(`no zarr.json in ${folder}`)
  return tiles
}

test('cholesky from any store to any other gives the bits that the file system gets', async (t) => {
  const { cwd, options, s3, gs } = await site(t)
  const a = ['--shape', '300', '--tile', '64', '--seed', '5']
  for (const url of ['w/A', `${s3}/w/A`, `${gs}/A/`]) await succeed(['generate', 'spd', url, ...a], options)
  await succeed(['cholesky', 'w/A', '-o', 'w/L'], options)
  const expected = await tilesOf(join(cwd, 'w/L'))
  const pairs: readonly (readonly [string, string, ...string[]])[] = [
    [`${s3}/w/A`, `${gs}/from/s3`, '--store', `${s3}/runs`, '--run-id', 'r'],
    [`${gs}/A`, `${gs}/L/`, '--durability', 'full'],
    ['w/A', `${s3}/from/fs`],
  ]
  for (const [from, to, ...more] of pairs) {
    await succeed(['cholesky', from, '-o', to, ...more], options)
    t.deepEqual(await fetched(to, await temporaryFolder(t)), expected, `${from} to ${to}`)
  }
  t.is((await cli(['verify', 'cholesky', `${s3}/w/A`, `${gs}/from/s3`], options)).code, 0)
  // A run is kept in its store, and nowhere else.
  t.is((await json(['status', 'r', '--store', `${s3}/runs`], options)).state, 'done')
  t.deepEqual(await Array.fromAsync(openStore(`${gs}/from`).list('.numpywren')), [])
})

test('qr from one service to the other gives the same bits, and Python opens them as Zarr', async (t) => {
  const { cwd, options, s3, gs } = await site(t)
  const a = ['--shape', '260x140', '--tile', '64', '--seed', '7']
  for (const url of ['w/A', `${gs}/A`]) await succeed(['generate', 'normal', url, ...a], options)
  await succeed(['qr', 'w/A', '-o', 'w/R', '-q', 'w/Q'], options)
  await succeed(['qr', `${gs}/A`, '-o', `${s3}/x/R`, '-q', `${gs}/y/Q`], options)
  t.is((await cli(['verify', 'qr', `${gs}/A`, `${gs}/y/Q`, `${s3}/x/R`], options)).code, 0)
  const folder = await temporaryFolder(t)
  for (const [name, url] of Object.entries({ R: `${s3}/x/R`, Q: `${gs}/y/Q` })) {
    t.deepEqual(await fetched(url, join(folder, name)), await tilesOf(join(cwd, 'w', name)), name)
  }
  await fetched(`${gs}/A`, join(folder, 'A'))
  const printed = await runPython(
    `
import sys, numpy as np, zarr
A, Q, R = (zarr.open_array(f'{sys.argv[1]}/{name}', mode='r')[...] for name in 'AQR')
print(np.abs(Q @ R - A).max() < 1e-12 * 260, np.abs(Q.T @ Q - np.eye(140)).max() < 1e-12)`,
    folder,
  )
  t.is(printed.trim(), 'True True')
})

test('matrices move between stores and files, and are listed, described and removed', async (t) => {
  const { cwd, options, s3, gs } = await site(t)
  await succeed(['generate', 'normal', `${s3}/deep/er/A`, '--shape', '150x70', '--tile', '32'], options)
  await succeed(['export', `${s3}/deep/er/A`, 'A.npy'], options)
  await succeed(['import', 'A.npy', `${gs}/A`, '--tile', '50x20'], options)
  await succeed(['export', `${gs}/A`, `${s3}/files/A.npy`], options)
  await succeed(['import', `${s3}/files/A.npy`, `${gs}/B`, '--tile', '32'], options)
  await succeed(['import', `${s3}/deep/er/A`, `${gs}/C`, '--tile', '32'], options)
  await succeed(['reshard', `${gs}/A`, '-o', `${s3}/D`, '--tile', '32'], options)
  const urls = [`${s3}/deep/er/A`, `${gs}/B`, `${gs}/C`, `${s3}/D`]
  const [first, ...others] = await Promise.all(urls.map(async (url) => fetched(url, await temporaryFolder(t))))
  for (const tiles of others) t.deepEqual(tiles, first)
  t.deepEqual(Buffer.from((await openStore(s3).get('files/A.npy'))!), await readFile(join(cwd, 'A.npy')))
  const twice = await cli(['export', `${gs}/B`, `${s3}/files/A.npy`], options)
  t.is(twice.code, 2)
  t.regex(twice.stderr, /^numpywren: s3:\S+\/files\/A\.npy exists already; .*\n$/)

  const listed = async (url: string): Promise<unknown> =>
    ((await json(['ls', url], options)).matrices as { path: string }[]).map(({ path }) => path)
  t.deepEqual(await listed(s3), ['D', 'deep/er/A'])
  t.deepEqual(await listed(`${s3}/deep/`), ['er/A'])
  const described = { url: `${gs}/A`, shape: [150, 70], tile: [50, 20], tilesStored: 12 }
  t.like(await json(['info', `${gs}/A/`], options), described)
  await succeed(['rm', `${gs}/A`, `${s3}/deep/er/A`], options)
  t.deepEqual(await listed(gs), ['B', 'C'])
  t.deepEqual(await Array.fromAsync(openStore(gs).list('A')), [])
  t.deepEqual(await Array.fromAsync(openStore(s3).list('deep')), [])
})

test('a bucket or credentials that are not there are one sentence and wrong input', async (t) => {
  const { cwd, s3, gs } = await site(t)
  const without = (...names: string[]): Record<string, string> => ({
    ...env,
    HOME: cwd,
    AWS_EC2_METADATA_DISABLED: 'true',
    METADATA_SERVER_DETECTION: 'none',
    ...Object.fromEntries(names.map((name) => [name, ''])),
  })
  const cases: readonly (readonly [readonly string[], Record<string, string>, RegExp])[] = [
    [['ls', 's3://nowhere'], {}, /there is no bucket nowhere/],
    [['ls', 'gs://nowhere/at/all/'], {}, /there is no bucket nowhere/],
    [['generate', 'spd', 's3://nowhere/A', '--shape', '9'], {}, /there is no bucket nowhere/],
    [['info', `${gs}/none`], {}, /no matrix at gs:\S+\/none/],
    [['import', `${gs}/none.npy`, 'w/A'], {}, /cannot read gs:\S+\/none\.npy: there is no such object/],
    [['ls', 'gs://'], {}, /gs:\/\/ names no valid bucket/],
    [
      ['ls', s3],
      without('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'),
      /no credentials were found; set AWS_ACCESS_KEY_ID/,
    ],
    [['ls', gs], without('STORAGE_EMULATOR_HOST'), /no Google credentials were found; run gcloud auth/],
  ]
  for (const [args, more, message] of cases) {
    const { code, stdout, stderr } = await cli(args, { cwd, env: { ...env, ...more } })
    t.is(code, 2, `${args.join(' ')}: ${stderr}`)
    t.is(stdout, '')
    t.regex(stderr, message)
    t.is(stderr.trimEnd().split('\n').length, 1, stderr)
  }
  const { stdout } = await cli(['ls', 'gs://nowhere', '--json'], { cwd, env })
  t.like(JSON.parse(stdout), { error: { tag: 'StoreSetupError' } })
})

test('a run on S3 that is killed is resumed to the same bits, and nothing that is stored is computed again', async (t) => {
  const { cwd, options, s3: url, bucket } = await site(t)
  const a = ['--shape', '832', '--tile', '64', '--seed', '5']
  for (const place of ['w/A', `${url}/A`]) await succeed(['generate', 'spd', place, ...a], options)
  await succeed(['cholesky', 'w/A', '-o', 'w/L'], options)
  const started = ['cholesky', `${url}/A`, '-o', `${url}/L`, '--run-id', 'r', '--durability', 'full', '--slots', '1']
  const run = startCli(started, options)
  const tiles = join(s3.folder, bucket, 'L/c')
  const tilesDone = async (): Promise<number> => (await filesUnder(tiles)).length
  while ((await tilesDone()) < 20) await sleep(5)
  run.child.kill('SIGKILL')
  t.is((await run.done).signal, 'SIGKILL')
  const before = await tilesDone()
  t.is((await cli(['info', `${url}/L`], options)).code, 2)
  const { summary } = await json(['resume', 'r', '--store', url], options)
  const { tasks } = summary as { tasks: number }
  t.true(tasks > 0 && tasks <= 455 - before, `${tasks} tasks after ${before} tiles of L were stored`)
  t.deepEqual(await fetched(`${url}/L`, await temporaryFolder(t)), await tilesOf(join(cwd, 'w/L')))
  t.is((await cli(['verify', 'cholesky', `${url}/A`, `${url}/L`], options)).code, 0)
  t.deepEqual(await Array.fromAsync(openStore(url).list('.numpywren/runs/r/tiles')), [])
})
