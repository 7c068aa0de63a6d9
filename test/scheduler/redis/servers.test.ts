import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { promisify } from 'node:util'
import test from 'ava'
import { connectRedis, openRedisCoordinator } from '../../../src/scheduler/index.ts'
import { startRedis, startRedisCluster } from '../../helpers/servers/redis.ts'
import { freePort } from '../../helpers/servers/start-server.ts'
import { grid, workOff } from './helpers/work-off.ts'

const run = { storeUrl: 'memory:', runId: 'r' }

test('a cluster of three masters, found by one of its nodes', async (t) => {
  const [node] = await startRedisCluster(t)
  await t.throwsAsync(connectRedis(`${node!.url}/2`), {
    name: 'InputError',
    message: /is a cluster, which has no database 2$/,
  })
  const connection = await connectRedis(node!.url)
  t.teardown(() => connection.close())
  for (const runId of ['a', 'b', 'c', 'd']) {
    const coordinator = await openRedisCoordinator({ ...run, runId, connection, program: grid(3, 4) })
    t.is((await workOff(coordinator, 'w')).counted.length, 12)
    await coordinator.close()
  }
})

test('TLS with a certificate that is trusted, and not with one that is not', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'npw-tls-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
  await promisify(execFile)('openssl', [
    ...request,
    '-addext',
    'subjectAltName=DNS:localhost',
    '-keyout',
    key,
    '-out',
    cert,
  ])
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert, '--tls-auth-clients', 'no']
  const server = await startRedis(t, { args: ['--tls-port', '1', ...files], cliArgs: ['--tls', '--insecure'] })
  const url = `rediss://localhost:${server.port}/2`
  await t.throwsAsync(connectRedis(url), {
    name: 'InputError',
    message: /its certificate is not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
  })
  const before = tls.getCACertificates()
  tls.setDefaultCACertificates([...before, await readFile(cert, 'utf8')])
  t.teardown(() => tls.setDefaultCACertificates(before))
  const connection = await connectRedis(url)
  t.teardown(() => connection.close())
  const coordinator = await openRedisCoordinator({ ...run, connection, program: grid(2, 4) })
  t.teardown(() => coordinator.close())
  t.is((await workOff(coordinator, 'w')).counted.length, 8)
  t.regex(await server.cli('-n', '2', 'KEYS', '*'), /^npw:\{[0-9a-f]{12}:r\}:/m)
})

test('a user with the rights of the documentation will do; others and wrong passwords are told so without showing them', async (t) => {
  const server = await startRedis(t)
  const header = await readFile(new URL('../../../src/scheduler/redis/index.ts', import.meta.url), 'utf8')
  const [, rule = ''] = /ACL SETUSER worker on >PASSWORD ([^`]*)`/.exec(header.replaceAll('\n *', '')) ?? []
  await server.cli('ACL', 'SETUSER', 'worker', 'on', '>hunter2', ...rule.trim().split(/\s+/))
  await server.cli('ACL', 'SETUSER', 'reader', 'on', '>hunter2', '~npw:*', '+hello', '+get')
  await server.cli('ACL', 'SETUSER', 'default', 'off')
  const at = `127.0.0.1:${server.port}`
  const connection = await connectRedis(`redis://worker:hunter2@${at}`)
  t.teardown(() => connection.close())
  const coordinator = await openRedisCoordinator({ ...run, connection, program: grid(3, 4) })
  t.teardown(() => coordinator.close())
  const leases = await coordinator.lease('v', { count: 1 })
  const waiting = coordinator.lease('w', { count: 9, waitMs: 600_000 })
  await coordinator.release('v', leases)
  await coordinator.release('w', await waiting)
  t.is((await workOff(coordinator, 'w')).counted.length, 12)
  const refused = {
    [`redis://${at}`]: /it wants a password/,
    [`redis://worker:hunter3@${at}`]: /it refuses the user name or the password/,
  }
  for (const [url, message] of Object.entries(refused)) {
    const error = await t.throwsAsync(connectRedis(url), { name: 'InputError', message })
    t.true(error.message.startsWith(`Redis at ${at} cannot be used: `))
    t.false(`${error.stack}${error.cause}`.includes('hunter'))
  }
  const reader = await connectRedis(`redis://reader:hunter2@${at}`)
  t.teardown(() => reader.close())
  await t.throwsAsync(openRedisCoordinator({ ...run, connection: reader, program: grid(1, 1) }), {
    name: 'InputError',
    message: /its user lacks a right .*NOPERM/,
  })
})

test('a server that is full says so', async (t) => {
  const server = await startRedis(t)
  const connection = await connectRedis(server.url, { reconnectMs: 200 })
  t.teardown(() => connection.close())
  await server.cli('CONFIG', 'SET', 'maxmemory', '1')
  await t.throwsAsync(openRedisCoordinator({ ...run, connection, program: grid(1, 1) }), {
    name: 'CoordinatorUnavailableError',
    message: /it is out of memory \(maxmemory\) \(OOM\)$/,
  })
  await server.cli('CONFIG', 'SET', 'maxmemory', '0')
  const coordinator = await openRedisCoordinator({ ...run, connection, program: grid(1, 1) })
  t.teardown(() => coordinator.close())
  t.is((await coordinator.counts()).ready, 1)
})

test('a server that drops keys when it is full is warned about, and one on this machine without a password is not', async (t) => {
  const server = await startRedis(t)
  const warnings: string[] = []
  const connect = async (): Promise<void> =>
    (await connectRedis(server.url, { onWarning: (message) => warnings.push(message) })).close()
  await connect()
  t.deepEqual(warnings, [])
  await server.cli('CONFIG', 'SET', 'maxmemory', '1gb')
  await server.cli('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru')
  await connect()
  t.is(warnings.length, 1)
  t.regex(warnings[0]!, /^Redis at 127\.0\.0\.1:\d+ drops keys when it is full \(maxmemory-policy volatile-lru\)/)
})

test('a server on an address that is not the loopback and wants no password is warned about', async (t) => {
  const { port } = await startRedis(t)
  const warnings: string[] = []
  const connection = await connectRedis(`redis://0.0.0.0:${port}`, { onWarning: (message) => warnings.push(message) })
  await connection.close()
  t.deepEqual(warnings, [
    `Redis at 0.0.0.0:${port} is on another machine and wants no password: whoever reaches it can change or end your runs`,
  ])
})

test('a database that is not there', async (t) => {
  const { url } = await startRedis(t)
  await t.throwsAsync(connectRedis(`${url}/99`), { name: 'InputError', message: /it has no database of this number/ })
})

test('where nothing listens, the error names host and port', async (t) => {
  const port = await freePort()
  await t.throwsAsync(connectRedis(`redis://u:hunter2@127.0.0.1:${port}`, { connectMs: 300 }), {
    name: 'CoordinatorUnavailableError',
    message: `Redis at 127.0.0.1:${port} was not there for 0.3 s: nothing listens there (ECONNREFUSED)`,
  })
})

test('Redis is waited for once, not by each call anew, and found when it is back', async (t) => {
  const server = await startRedis(t)
  const connection = await connectRedis(server.url, { reconnectMs: 6000 })
  t.teardown(() => connection.close())
  await server.kill()
  const waited = async (): Promise<number> => {
    const from = performance.now()
    await t.throwsAsync(
      connection.call((client) => client.ping()),
      { name: 'CoordinatorUnavailableError' },
    )
    return performance.now() - from
  }
  const first = await waited()
  const second = await waited()
  t.true(second < first, `${second} ms after ${first} ms`)
  await server.restart()
  t.is(await connection.call((client) => client.ping()), 'PONG')
})
