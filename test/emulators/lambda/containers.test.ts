import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { RUNTIME_CLIENT } from '../../helpers/emulators/lambda/process-runner.ts'
import { runcRunner } from '../../helpers/emulators/lambda/runc-runner.ts'
import type { Runner } from '../../helpers/emulators/lambda/sandbox.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'
import { emulated, errorIn } from './helpers/call.ts'

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url))

const canRun = process.getuid?.() === 0 && spawnSync('runc', ['--version']).status === 0
const containerTest = canRun ? test : test.skip

/** In place of an image: this machine's programs, seen through an empty root. */
async function machineRunner(t: ExecutionContext): Promise<Runner> {
  const rootfs = await temporaryFolder(t)
  chmodSync(rootfs, 0o755)
  for (const name of ['bin', 'lib', 'lib64'].filter((one) => existsSync(`/usr/${one}`)))
    symlinkSync(`usr/${name}`, join(rootfs, name))
  for (const name of ['proc', 'dev', 'tmp']) mkdirSync(join(rootfs, name))
  // What is mounted there takes its mode.
  chmodSync(join(rootfs, 'tmp'), 0o1777)
  return runcRunner({
    rootfs,
    command: [process.execPath, RUNTIME_CLIENT],
    environment: {
      PATH: '/usr/bin:/bin',
      _HANDLER: 'test/emulators/lambda/helpers/handler.handler',
      LAMBDA_TASK_ROOT: CHECKOUT,
    },
    workingFolder: CHECKOUT,
    binds: ['/usr', CHECKOUT],
  })
}

containerTest('a container sees what the platform would let it see, and is frozen and killed', async (t) => {
  const { tell, invoke, emulator } = await emulated(t, { runner: await machineRunner(t), worker: { memoryMb: 256 } })
  const first = await tell({ writeTo: ['/tmp/file', '/file', join(CHECKOUT, 'file')] })
  t.deepEqual(first.written, ['yes', 'EROFS', 'EROFS'])
  t.is(first.pid, 1)
  t.is(first.uid, 993)
  t.is(first.files, 1024)
  const frozenAt = performance.now()
  await until(() => performance.now() - frozenAt > 200)
  const second = await tell({ sleepMs: 20 })
  t.is(second.environment.AWS_LAMBDA_LOG_STREAM_NAME, first.environment.AWS_LAMBDA_LOG_STREAM_NAME)
  t.true(second.longestGapMs > 200, `its timer rested for ${second.longestGapMs} ms`)
  t.regex(errorIn(await invoke({ holdMb: 400 })).errorMessage, /signal: killed$/)
  await tell({})
  t.like(emulator.stats(), { coldStarts: 2, outOfMemory: 1 })
  const group = `numpywren-lambda-${process.pid}`
  const left = (): boolean => readFileSync('/proc/self/mountinfo', 'utf8').includes(group) || hasGroup(group)
  t.true(left())
  await emulator.close()
  await until(() => !left())
  t.pass()
})

function hasGroup(prefix: string): boolean {
  return ['/sys/fs/cgroup', '/sys/fs/cgroup/memory'].some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(prefix)),
  )
}
