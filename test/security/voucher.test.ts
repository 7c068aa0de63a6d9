/** A run kept in a remote store that names places on this machine is gone on with by who started it, and by nobody else. */

import { join } from 'node:path'
import test from 'ava'
import { connect, isNumpywrenError } from '../../src/index.ts'
import { expectVouched, readManifest } from '../../src/run/index.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

test.serial('only the user who started a run, unchanged, has it reach into the machine', async (t) => {
  const cwd = await temporaryFolder(t)
  const server = await startVersitygw(t)
  Object.assign(process.env, server.env, { XDG_STATE_HOME: join(cwd, 'mine') })
  const url = await server.url('work')
  await using npw = await connect({ store: url, slots: 1 })
  const A = `file://${cwd}/A`
  await npw.generate('spd', A, { shape: [48, 48], tile: [16, 16] })
  await npw.cholesky(A, { out: 'L', runId: 'mine' })
  const { summary } = await npw.resume('mine')
  t.is(summary.tasks, 0)

  const refused = async (id: string): Promise<void> => {
    const error = await t.throwsAsync(Promise.resolve(npw.resume(id)))
    t.true(isNumpywrenError(error, 'InputError'), String(error))
    t.regex(error!.message, /names places on this machine \("file:\/\/.*NUMPYWREN_ALLOW_LOCAL=1/)
  }
  // Another user, who has a key of his own, or none.
  process.env.XDG_STATE_HOME = join(cwd, 'others')
  await refused('mine')
  await npw.cholesky(A, { out: 'L3', runId: 'other' })
  await refused('mine')
  process.env.NUMPYWREN_ALLOW_LOCAL = '1'
  t.is((await npw.resume('mine')).summary.tasks, 0)
  delete process.env.NUMPYWREN_ALLOW_LOCAL

  // The same user, after somebody has put another file into the record.
  process.env.XDG_STATE_HOME = join(cwd, 'mine')
  const key = '.numpywren/runs/mine/manifest.json'
  const store = (await npw.open('L')).store
  const manifest = JSON.parse(new TextDecoder().decode(await store.get(key))) as Record<string, object>
  const changed = { ...manifest, algorithm: { ...manifest.algorithm, files: { L: join(cwd, 'overwritten.npy') } } }
  await store.put(key, new TextEncoder().encode(JSON.stringify(changed)))
  await refused('mine')
  await store.put(key, new TextEncoder().encode(JSON.stringify(manifest)))
  t.is((await npw.resume('mine')).summary.tasks, 0)
})

test.serial('workers elsewhere serve a run whose results also go to files, which they never write', async (t) => {
  const cwd = await temporaryFolder(t)
  const server = await startVersitygw(t)
  Object.assign(process.env, server.env, { XDG_STATE_HOME: join(cwd, 'mine') })
  await using npw = await connect({ store: await server.url('work'), slots: 1 })
  await npw.generate('normal', 'A', { shape: [24, 8], tile: [8, 8] })
  await npw.svd('A', { values: join(cwd, 'S.npy'), runId: 'files' })
  const { store } = await npw.open('A')
  const manifest = await readManifest(store, 'files')
  t.truthy(manifest.algorithm?.files)
  process.env.XDG_STATE_HOME = join(cwd, 'others')
  await t.notThrowsAsync(expectVouched(store, manifest, { files: false }))
  await t.throwsAsync(expectVouched(store, manifest), { message: /S\.npy/ })
})
