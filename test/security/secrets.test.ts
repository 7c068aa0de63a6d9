/**
 * Secrets are planted where the clouds' tools and Redis take them from; then real commands succeed and fail in many ways, and nothing
 * that they print, store or show in the list of processes may hold one.
 */

import { generateKeyPairSync } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { type CliResult, filesUnder, startCli } from '../helpers/cli.ts'
import { startRedis } from '../helpers/servers/redis.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const planted = {
  secretKey: 'plantedSecretKeyOfAws0123456789abcdefghi',
  sessionToken: 'plantedSessionTokenOfAws/with+signs==',
  urlPassword: 'plantedPasswordInUrl',
  redisPassword: 'plantedPasswordOfRedis',
  wrongPassword: 'plantedWrongPasswordOfRedis',
}
/** Of a session with one attempt at each request, for what is to fail. */
const brief = { NUMPYWREN_STORE_ATTEMPTS: '1', AWS_MAX_ATTEMPTS: '1', AWS_EC2_METADATA_DISABLED: 'true' }

interface Watched extends CliResult {
  readonly command: string
}

/** Finds secrets in texts; the place of each finding is told, not the secret. */
function findings(secrets: Readonly<Record<string, string>>, texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) =>
      [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')].some((form) => text.includes(form))
        ? [`${name} in ${place}`]
        : [],
    ),
  )
}

const textsOf = (results: readonly Watched[]): Record<string, string> =>
  Object.fromEntries(results.map(({ command, stdout, stderr }) => [command, `${stdout}\n${stderr}`]))

/** Every file under a folder, by name; bytes that are no text do no harm. */
async function textsUnder(folder: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {}
  for (const file of await filesUnder(folder)) texts[file] = await readFile(join(folder, file), 'latin1')
  return texts
}

/** Command lines of this machine's processes that are ours, as `ps` shows them. */
async function commandLines(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '')))
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line.includes('numpywren'))
}

test.serial('S3 and GCS: nothing that commands print or store holds a credential', async (t) => {
  t.timeout(240_000)
  const cwd = await temporaryFolder(t)
  const server = await startVersitygw(t)
  const url = await server.url('work')
  const right = { ...server.env, ...brief, NUMPYWREN_STORE_ATTEMPTS: '3' }
  const secrets = { ...planted, serverSecret: server.env.AWS_SECRET_ACCESS_KEY! }
  const results: Watched[] = []
  const run = async (command: string, env: Readonly<Record<string, string>>, end: 'well' | 'badly'): Promise<void> => {
    const result = await startCli([...command.split(' '), '--debug'], { cwd, env }).done
    results.push({ command, ...result })
    t.is(result.code === 0, end === 'well', `${command}: ${result.stderr}`)
    if (end === 'badly') t.regex(result.stderr, /^numpywren: .+/m, command)
  }
  await run(`generate spd ${url}/A --shape 96 --tile 32`, right, 'well')
  await run(`cholesky ${url}/A -o ${url}/L --run-id r --durability full`, right, 'well')
  await run(`status r --store ${url} --json`, right, 'well')
  await run(`trace r --store ${url} -o trace.json`, right, 'well')

  const wrongSecret = { ...right, AWS_SECRET_ACCESS_KEY: planted.secretKey, AWS_SESSION_TOKEN: planted.sessionToken }
  await run(`cholesky ${url}/A -o ${url}/L2`, wrongSecret, 'badly')
  await run(`cholesky ${url}/A -o ${url}/L2 --json`, { ...wrongSecret, AWS_ACCESS_KEY_ID: 'nobody' }, 'badly')
  await run(`ls ${url}`, { ...wrongSecret, ...brief, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }, 'badly')
  await run(`info s3://not-there/A`, right, 'badly')
  await run(`info s3://user:${planted.urlPassword}@bucket/A`, right, 'badly')
  await run(`runs --store s3://${planted.urlPassword}@bucket`, right, 'badly')

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const account = {
    type: 'service_account',
    project_id: 'p',
    private_key_id: 'plantedPrivateKeyId',
    private_key: pem,
    client_email: 'someone@p.iam.gserviceaccount.com',
    token_uri: 'http://127.0.0.1:1/token',
  }
  await writeFile(join(cwd, 'key.json'), JSON.stringify(account))
  await run('ls gs://bucket/work', { ...brief, GOOGLE_APPLICATION_CREDENTIALS: join(cwd, 'key.json') }, 'badly')
  await writeFile(join(cwd, 'broken.json'), JSON.stringify({ ...account, private_key: `broken${pem.slice(40)}` }))
  await run('ls gs://bucket/work', { ...brief, GOOGLE_APPLICATION_CREDENTIALS: join(cwd, 'broken.json') }, 'badly')
  const keys = { ...secrets, privateKey: pem.split('\n')[3]!, privateKeyId: account.private_key_id }

  const { 'key.json': _, 'broken.json': __, ...files } = await textsUnder(cwd)
  t.true('trace.json' in files)
  t.deepEqual(findings(keys, { ...textsOf(results.map(withoutArguments)), ...files }), [])
  t.deepEqual(findings(keys, await textsUnder(server.folder)), [])
})

/** Commander and the shell know what was typed; what counts is what we say. */
const withoutArguments = (result: Watched): Watched => ({ ...result, command: result.command.slice(0, 12) })

test.serial('Redis: no password in what commands print, store or show in the list of processes', async (t) => {
  t.timeout(240_000)
  const cwd = await temporaryFolder(t)
  const redis = await startRedis(t, {
    args: ['--requirepass', planted.redisPassword],
    cliArgs: ['--no-auth-warning', '-a', planted.redisPassword],
  })
  const address = redis.url.slice('redis://'.length)
  const coordinator = `redis://:${planted.redisPassword}@${address}`
  const wrong = `redis://:${planted.wrongPassword}@${address}`
  const nobody = `redis://:${planted.wrongPassword}@127.0.0.1:1`
  const results: Watched[] = []
  const processes = new Set<string>()
  const run = async (
    command: string,
    code: number | undefined,
    { env = {}, more = [] }: { env?: Readonly<Record<string, string>>; more?: readonly string[] } = {},
  ): Promise<void> => {
    const started = startCli([...command.split(' '), ...more, '--debug'], { cwd, env })
    let isOver = false
    const ending = started.done.finally(() => {
      isOver = true
    })
    while (!isOver) {
      // Before the first line of ours runs the typed command line is the system's.
      for (const line of await commandLines()) if (line.startsWith('numpywren')) processes.add(line)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    results.push({ command, ...(await ending) })
    if (code !== undefined) t.is(results.at(-1)!.code, code, `${command}: ${results.at(-1)!.stderr}`)
  }
  await run('generate spd w/A --shape 256 --tile 32', 0)
  await run('cholesky w/A -o w/L --run-id typed --workers 2', 0, { more: ['--coordinator', coordinator] })
  await run('cholesky w/A -o w/L2 --run-id inherited --workers 1', 0, { env: { NUMPYWREN_COORDINATOR: coordinator } })
  await run('trace typed --store w -o trace.json', 0)
  await run('cholesky w/A -o w/L3 --workers 1', undefined, { more: ['--coordinator', wrong] })
  t.not(results.at(-1)!.code, 0)
  await run('worker --store w --run typed', undefined, { env: { NUMPYWREN_COORDINATOR: wrong } })
  t.not(results.at(-1)!.code, 0)
  await run('worker --store w --coordinator http://x', 2, { env: { NUMPYWREN_COORDINATOR: nobody } })

  t.true([...processes].some((line) => line.startsWith('numpywren cholesky w/A -o w/L --run-id typed')))
  t.true(
    [...processes].some((line) => line.startsWith('numpywren worker')),
    [...processes].join('\n'),
  )
  t.deepEqual(findings(planted, Object.fromEntries([...processes].map((line) => [line.slice(0, 30), line]))), [])
  t.deepEqual(findings(planted, textsOf(results)), [])
  t.deepEqual(findings(planted, await textsUnder(cwd)), [])
})
