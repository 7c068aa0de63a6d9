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

test('functions that are killed in mid-run factor a matrix to the bits of one process; one without memory is named', async (t) => {
  const rootfs = await mountImage(t)
  const { entrypoint, environment, workingFolder } = await inspectImage()
  const s3 = await startVersitygw(t)
  const bucket = { store: `${await s3.url('bucket')}/work`, folder: join(s3.folder, 'bucket', 'work') }
  Object.assign(process.env, s3.env)
  await prepare(bucket)
  const emulator = await startLambdaEmulator(t, {
    runner: runcRunner({ rootfs, command: entrypoint, environment, workingFolder }),
    role: s3.env,
    functions: [
      { name: 'numpywren-worker', memoryMb: 1769, timeoutS: 120, concurrency: 3 },
      { name: 'starved', memoryMb: 32, timeoutS: 60 },
    ],
    faults: { seed: 5, killOneIn: 6 },
  })
  const cwd = await mkdtemp(join(tmpdir(), 'numpywren-image-'))
  t.teardown(() => rm(cwd, { recursive: true, force: true }))
  const factor = (name: string, ...more: readonly string[]): string[] => [
    ...['cholesky', `${bucket.store}/A`, '--output', `${bucket.store}/${name}`],
    ...['--provider', 'aws-lambda', ...more],
  ]
  const env = { ...s3.env, ...emulator.env }
  const { summary } = await json(factor('L', '--workers', '3'), { cwd, env })
  await sameBits(t, bucket)
  const stats = emulator.stats()
  t.true(stats.kills > 0, JSON.stringify(stats))
  t.true(stats.freezes > 0)
  t.is(stats.outOfMemory, 0)
  t.log(stats, summary)

  const starved = await cli(factor('M', '--workers', '1', '--function', 'starved'), { cwd, env })
  t.is(starved.code, 1)
  t.regex(starved.stderr, /memory/)
  t.true(emulator.stats().outOfMemory > 0)
})
