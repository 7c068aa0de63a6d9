import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { freePort } from '../helpers/servers/start-server.ts'
import { imageName, inspectImage, mountImage, podman, startContainer } from './helpers/podman.ts'
import { until } from './helpers/until.ts'

const execute = promisify(execFile)

test('the image is small, runs as nobody in particular, and starts without a shell', async (t) => {
  const { sizeBytes, user, entrypoint, environment, labels } = await inspectImage()
  t.log(`${(sizeBytes / 1e6).toFixed(0)} MB`)
  t.true(sizeBytes < 450e6, `${sizeBytes} bytes`)
  t.regex(user, /^[1-9]\d*:[1-9]\d*$/)
  t.is(entrypoint[0], 'node')
  t.is(environment.OPENBLAS_NUM_THREADS, '1')
  t.is(environment.HOME, '/tmp')
  for (const name of ['title', 'description', 'licenses', 'version', 'revision', 'base.name'])
    t.truthy(labels[`org.opencontainers.image.${name}`], name)
})

test('the image holds what runs and nothing else', async (t) => {
  const folder = await mountImage(t)
  const files = await find(folder, '-not', '-type', 'd')
  const unwanted = [
    /^usr\/local\/include\//,
    /^usr\/local\/lib\/node_modules\//,
    /^usr\/bin\/(g\+\+|cmake|make|python3)$/,
    /^app\/node_modules\/.*\.(d\.[cm]?ts|map)$/,
    /^app\/(test|docs|native\/.*\.cc)/,
    /^usr\/share\/(man|locale)\//,
    /^var\/(lib\/apt\/lists|log|cache)\/./,
    /^(run\/numpywren-host|tmp|root)\/./,
    /(^|\/)\.(npmrc|git|env)(\/|$)/,
  ]
  t.deepEqual(
    files.filter((file) => unwanted.some((pattern) => pattern.test(file))),
    [],
  )
  for (const file of [
    'usr/local/bin/node',
    'app/native/build/Release/numpywren.node',
    'app/node_modules/aws-lambda-ric/rapid-client.node',
  ])
    t.true(files.includes(file), file)
  // Licences are part of what is handed on.
  t.true(files.some((file) => /^app\/node_modules\/zod\/LICENSE/.test(file)))
  t.true(files.some((file) => /^usr\/share\/doc\/libopenblas0-pthread\/copyright$/.test(file)))
  const raised = await find(folder, '-type', 'f', '-perm', '/6000')
  t.deepEqual(raised, [], 'no program runs with the rights of another')
})

test('the image keeps nothing of how the machine that built it reaches its servers', async (t) => {
  const folder = await mountImage(t)
  const { environment } = await inspectImage()
  t.deepEqual(Object.keys(environment).sort(), [
    'HOME',
    'NODE_COMPILE_CACHE',
    'NODE_ENV',
    'OPENBLAS_NUM_THREADS',
    'PATH',
  ])
  for (const name of readdirSync(join(folder, 'etc/apt/apt.conf.d')))
    t.notRegex(readFileSync(join(folder, 'etc/apt/apt.conf.d', name), 'utf8'), /Acquire::(http|https)::/, name)
  const history = await podman('history', '--no-trunc', '--format', '{{.CreatedBy}}', imageName())
  t.notRegex(history, /APT_CONFIG=|NPM_CONFIG|CA_CERTS=/)
})

test('the image answers where no shell runs and nothing can be written but /tmp', async (t) => {
  const port = await freePort()
  const noShells = ['/usr/bin/dash', '/usr/bin/bash'].flatMap((shell) => ['--volume', `/dev/null:${shell}:ro`])
  const container = await startContainer(t, { env: { PORT: `${port}` }, options: noShells })
  const answer = await until(
    () => ping(port),
    () => container.logs(),
  )
  t.is(answer.kind, 'ping')
  t.true(answer.sandbox.cold)
  await t.throwsAsync(podman('exec', container.id, 'sh', '-c', 'true'))
})

async function ping(port: number): Promise<{ kind: string; sandbox: { cold: boolean } }> {
  const body = JSON.stringify({ version: 1, kind: 'ping', invocation: 'p' })
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return (await response.json()) as { kind: string; sandbox: { cold: boolean } }
}

/** Paths of files in a folder, of those that `find` finds with these conditions. */
async function find(folder: string, ...conditions: readonly string[]): Promise<string[]> {
  const { stdout } = await execute('find', [folder, '-xdev', ...conditions, '-printf', '%P\n'], { maxBuffer: 1 << 26 })
  return stdout.split('\n').filter((path) => path !== '')
}
