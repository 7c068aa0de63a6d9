/** The image as functions of AWS Lambda: its own entry point under the Runtime API, in containers that are frozen and killed. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { cli, json } from '../helpers/cli.ts'
import { startLambdaEmulator } from '../helpers/emulators/lambda/emulator.ts'
import { runcRunner } from '../helpers/emulators/lambda/runc-runner.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { inspectImage, mountImage } from './helpers/podman.ts'
import { prepare, sameBits } from './helpers/site.ts'

test.serial('functions that are killed in mid-run factor a matrix to the bits of one process', async (t) => {
  const rootfs = await mountImage(t)
  const { entrypoint, environment, workingFolder } = await inspectImage()
  const s3 = await startVersitygw(t)
  const bucket = { store: `${await s3.url('bucket')}/work`, folder: join(s3.folder, 'bucket', 'work') }
  Object.assign(process.env, s3.env)
  await prepare(bucket)
  const emulator = await startLambdaEmulator(t, {
    runner: runcRunner({ rootfs, command: entrypoint, environment, workingFolder }),
    role: s3.env,
    functions: [{ name: 'numpywren-worker', memoryMb: 1769, timeoutS: 120, concurrency: 3 }],
    faults: { seed: 5, killOneIn: 4 },
  })
  const cwd = await mkdtemp(join(tmpdir(), 'numpywren-image-'))
  t.teardown(() => rm(cwd, { recursive: true, force: true }))
  const where = ['--store', bucket.store, '--provider', 'aws-lambda', '--workers', '3']
  const run = await json(['cholesky', 'A', '--out', 'L', ...where], { cwd, env: { ...s3.env, ...emulator.env } })
  await sameBits(t, bucket)
  const stats = emulator.stats()
  t.true(stats.kills > 0, JSON.stringify(stats))
  t.true(stats.freezes > 0)
  t.log(stats, run.summary ?? run)
})

test.serial('a function with too little memory is named as such', async (t) => {
  const rootfs = await mountImage(t)
  const { entrypoint, environment, workingFolder } = await inspectImage()
  const s3 = await startVersitygw(t)
  const store = `${await s3.url('bucket')}/work`
  Object.assign(process.env, s3.env)
  const emulator = await startLambdaEmulator(t, {
    runner: runcRunner({ rootfs, command: entrypoint, environment, workingFolder }),
    role: s3.env,
    functions: [{ name: 'numpywren-worker', memoryMb: 32, timeoutS: 60 }],
  })
  await prepare({ store, folder: '' })
  const cwd = await mkdtemp(join(tmpdir(), 'numpywren-image-'))
  t.teardown(() => rm(cwd, { recursive: true, force: true }))
  const where = ['--store', store, '--provider', 'aws-lambda', '--workers', '1']
  const result = await cli(['cholesky', 'A', '--out', 'L', ...where], { cwd, env: { ...s3.env, ...emulator.env } })
  t.is(result.code, 1)
  t.regex(result.stderr, /memory/)
  t.true(emulator.stats().exits > 0, JSON.stringify(emulator.stats()))
})
