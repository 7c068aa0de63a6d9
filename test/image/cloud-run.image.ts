/** The image as instances of Cloud Run: its own entry point with a port, in containers that are frozen, killed and ended when idle. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { json } from '../helpers/cli.ts'
import { startCloudRunEmulator } from '../helpers/emulators/cloud-run/emulator.ts'
import { runcRunner } from '../helpers/emulators/lambda/runc-runner.ts'
import { startFakeGcs } from '../helpers/servers/fake-gcs.ts'
import { inspectImage, mountImage } from './helpers/podman.ts'
import { prepare, sameBits } from './helpers/site.ts'

test('instances that are killed in mid-run factor a matrix to the bits of one process', async (t) => {
  const rootfs = await mountImage(t)
  const { entrypoint, environment, workingFolder } = await inspectImage()
  const gcs = await startFakeGcs(t)
  const bucket = { store: `${await gcs.url('bucket')}/work`, folder: join(gcs.folder, 'bucket', 'work') }
  Object.assign(process.env, gcs.env)
  await prepare(bucket)
  const emulator = await startCloudRunEmulator(t, {
    runner: runcRunner({ rootfs, command: entrypoint, environment, workingFolder }),
    environment: gcs.env,
    services: [{ name: 'numpywren-worker', memoryMb: 1024, vcpus: 1, maxInstances: 3 }],
    faults: { seed: 3, killOneIn: 6 },
  })
  const cwd = await mkdtemp(join(tmpdir(), 'numpywren-image-'))
  t.teardown(() => rm(cwd, { recursive: true, force: true }))
  const where = ['--provider', 'gcp-functions', '--workers', '3']
  const { summary } = await json(['cholesky', `${bucket.store}/A`, '--output', `${bucket.store}/L`, ...where], {
    cwd,
    env: { ...gcs.env, ...emulator.env },
  })
  await sameBits(t, bucket)
  const stats = emulator.stats()
  t.true(stats.kills > 0, JSON.stringify(stats))
  t.true(stats.freezes > 0)
  t.is(stats.outOfMemory, 0)
  t.log(stats, summary)
})
