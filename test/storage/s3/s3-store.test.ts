/** The store in S3 against a real server, with a proxy before it that does what networks and services do. */

import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { openStore, S3Store, type Store } from '../../../src/storage/index.ts'
import { forEachLimit } from '../../../src/util/index.ts'
import { HttpFaultProxy, type HttpRequestSeen } from '../../helpers/servers/fault-proxy-http.ts'
import { startVersitygw } from '../../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

/** Little patience, so that what fails for good does so at once. */
const hasty = { pauseMs: 1, longestPauseMs: 5, attempts: 4, stallMs: 20_000 }

/** A server with the bucket `bucket`, and a proxy before it that the stores of this process use. */
async function site(t: ExecutionContext) {
  const server = await startVersitygw(t)
  await server.url('bucket')
  const requests: HttpRequestSeen[] = []
  const proxy = await HttpFaultProxy.start({ target: server.endpoint, onReply: (request) => requests.push(request) })
  t.teardown(() => proxy.close())
  Object.assign(process.env, server.env, { AWS_ENDPOINT_URL_S3: proxy.url })
  const open = (settings = {}, prefix = ''): S3Store => {
    const store = new S3Store('bucket', prefix, { ...hasty, ...settings })
    t.teardown(() => store.close())
    return store
  }
  return { server, proxy, requests, open }
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7)
const listed = (store: Store, prefix: string): Promise<readonly { readonly key: string; readonly bytes: number }[]> =>
  Array.fromAsync(store.list(prefix))
const isPut = ({ method }: HttpRequestSeen): boolean => method === 'PUT'
const isGet = ({ method }: HttpRequestSeen): boolean => method === 'GET'
const isList = ({ path }: HttpRequestSeen): boolean => path.includes('list-type=2')

test.serial('what fails in passing is tried again', async (t) => {
  const { proxy, open } = await site(t)
  const store = open({}, 'w')
  for (const fault of [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 502 },
    { kind: 'reset' },
    { kind: 'lost-reply' },
    { kind: 'duplicate' },
    { kind: 'truncate' },
    { kind: 'flip-request' },
  ] as const) {
    const armed = proxy.arm(fault, { matches: isPut })
    t.true(await store.put('a', bytes(1000)), fault.kind)
    t.is(armed.hits, 1)
    proxy.arm(fault, { matches: isGet })
    t.deepEqual(await store.get('a'), bytes(1000), fault.kind)
    proxy.arm(fault, { matches: ({ method }) => method === 'HEAD' })
    t.deepEqual(await store.stat('a'), { bytes: 1000 }, fault.kind)
    proxy.arm(fault, { matches: isList })
    t.deepEqual(await listed(store, ''), [{ key: 'a', bytes: 1000 }], fault.kind)
    proxy.arm(fault, { matches: ({ method }) => method === 'DELETE' })
    await store.delete('a')
    t.is(await store.get('a'), undefined, fault.kind)
    await store.put('b', bytes(1))
    proxy.arm(fault, { matches: ({ method }) => method === 'POST' })
    await store.deleteAll(['a', 'b'])
    t.is(await store.get('b'), undefined, fault.kind)
    proxy.disarmAll()
  }
})

test.serial('a service that asks for fewer requests gets them later', async (t) => {
  const { proxy, open } = await site(t)
  for (const status of [429, 503]) {
    const store = open()
    const armed = proxy.arm({ kind: 'status', status, retryAfter: 1 }, { matches: isPut })
    const startedAt = performance.now()
    t.true(await store.put('a', bytes(10)))
    t.is(armed.hits, 1)
    t.true(performance.now() - startedAt >= 990)
  }
})

test.serial('a body that is short, cut or wrong is never used', async (t) => {
  const { proxy, open } = await site(t)
  const store = open()
  await store.put('a', bytes(1000))
  for (const kind of ['short', 'truncate', 'flip-reply'] as const) {
    proxy.arm({ kind }, { matches: isGet })
    t.deepEqual(await store.get('a'), bytes(1000), kind)
    const into = new Uint8Array(1000)
    proxy.arm({ kind }, { matches: isGet })
    t.is(await store.get('a', { into }), into, kind)
    t.deepEqual(into, bytes(1000), kind)
    proxy.arm({ kind }, { matches: isList, count: kind === 'flip-reply' ? 0 : 1 })
    t.deepEqual(await listed(store, ''), [{ key: 'a', bytes: 1000 }], kind)
  }
  for (const kind of ['short', 'truncate'] as const) {
    proxy.arm({ kind }, { matches: isGet })
    t.deepEqual(await store.get('a', { range: { offset: 100, length: 50 } }), bytes(150).subarray(100), kind)
  }
  proxy.arm({ kind: 'flip-reply' }, { count: 99, matches: isGet })
  await t.throwsAsync(store.get('a'), { name: 'CorruptObjectError', message: /s3:\/\/bucket\/a is damaged: .*CRC32C/ })
  proxy.disarmAll()
  for (const kind of ['short', 'truncate'] as const) {
    proxy.arm({ kind }, { count: 99, matches: isGet })
    const name = kind === 'short' ? 'CorruptObjectError' : 'StoreUnavailableError'
    await t.throwsAsync(store.get('a'), { name }, kind)
    await t.throwsAsync(listed(store, ''), { name: 'StoreUnavailableError' }, kind)
    proxy.disarmAll()
  }
})

test.serial('an object that is damaged in the store is reported as damaged, whoever damaged it', async (t) => {
  const { server, open } = await site(t)
  const store = open()
  await store.put('A/c/0', bytes(1000))
  await writeFile(join(server.folder, 'bucket/A/c/0'), bytes(1000).with(500, 1))
  await t.throwsAsync(store.get('A/c/0'), { name: 'CorruptObjectError', message: /^s3:\/\/bucket\/A\/c\/0 is damaged/ })
})

test.serial('bytes that are damaged on the way up are not stored', async (t) => {
  const { proxy, open } = await site(t)
  const store = open()
  const armed = proxy.arm({ kind: 'flip-request' }, { count: 99, matches: isPut })
  await t.throwsAsync(store.put('a', bytes(1000)), { name: 'StoreUnavailableError' })
  t.is(armed.hits, 4)
  t.is(await store.get('a'), undefined)
})

test.serial('create-once knows its own object again when the reply was lost', async (t) => {
  const { proxy, open } = await site(t)
  const store = open()
  proxy.arm({ kind: 'lost-reply' }, { matches: isPut })
  t.true(await store.put('mine', bytes(10), { ifAbsent: true }))
  t.false(await store.put('mine', bytes(10), { ifAbsent: true }))
  for (const others of [bytes(11), bytes(10).with(3, 0)]) {
    await store.put('other', others)
    proxy.arm({ kind: 'reset' }, { matches: isPut })
    t.false(await store.put('other', bytes(10), { ifAbsent: true }))
    t.deepEqual(await store.get('other'), others)
  }
})

test.serial('one request is one attempt: nobody else tries again', async (t) => {
  const { proxy, open } = await site(t)
  const store = open({ attempts: 1 })
  for (const fault of [{ kind: 'status', status: 503 }, { kind: 'reset' }] as const) {
    const armed = proxy.arm(fault, { count: 99 })
    const calls = [
      store.put('a', bytes(10)),
      store.get('a'),
      store.stat('a'),
      store.delete('a'),
      store.deleteAll(['a']),
    ]
    for (const call of calls) await t.throwsAsync(call, { name: 'StoreUnavailableError' })
    await t.throwsAsync(listed(store, ''), { name: 'StoreUnavailableError' })
    t.is(armed.hits, 6)
    proxy.disarmAll()
  }
})

test.serial('a stalled request is given up and made again, and a signal ends it', async (t) => {
  const { proxy, open } = await site(t)
  const store = open({ stallMs: 500 })
  await store.put('a', bytes(1000))
  const stalledGet = proxy.arm({ kind: 'stall', ms: 60_000 }, { matches: isGet })
  t.deepEqual(await store.get('a'), bytes(1000))
  t.is(stalledGet.hits, 1)
  const stalledPut = proxy.arm({ kind: 'stall', ms: 60_000 }, { matches: isPut })
  t.true(await store.put('a', bytes(1000)))
  t.is(stalledPut.hits, 1)
  const patient = open()
  for (const call of [
    (signal: AbortSignal) => patient.get('a', { signal }),
    (signal: AbortSignal) => patient.put('a', bytes(5), { signal }),
    (signal: AbortSignal) => patient.deleteAll(['a'], { signal }),
  ]) {
    const armed = proxy.arm({ kind: 'stall', ms: 60_000 })
    const controller = new AbortController()
    const pending = call(controller.signal)
    while (armed.hits === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    controller.abort()
    await t.throwsAsync(pending, { name: 'AbortError' })
  }
})

test.serial('a bucket that does not exist is named, by every call', async (t) => {
  const { requests, open } = await site(t)
  const wanted = { name: 'StoreSetupError', message: /s3:\/\/nowhere.*: there is no bucket nowhere; make it / }
  for (const call of [
    (store: Store) => store.get('a'),
    (store: Store) => store.get('a', { range: { suffix: 3 } }),
    (store: Store) => store.get('a', { range: { suffix: 0 } }),
    (store: Store) => store.stat('a'),
    (store: Store) => store.put('a', bytes(1)),
    (store: Store) => store.put('a', bytes(1), { ifAbsent: true }),
    (store: Store) => store.delete('a'),
    (store: Store) => store.deleteAll(['a']),
    (store: Store) => listed(store, ''),
  ]) {
    const store = new S3Store('nowhere', 'w', hasty)
    await t.throwsAsync(call(store), wanted)
    await store.close()
  }
  // Where the bucket is known to be there, a missing object costs one request.
  const store = open()
  await store.get('a')
  requests.length = 0
  t.is(await store.stat('a'), undefined)
  t.is(requests.length, 1)
})

test.serial('listings come page by page, and leave out what no key can name', async (t) => {
  const { server, requests, open } = await site(t)
  const names = Array.from({ length: 1003 }, (_, i) => `m/${i}`)
  await mkdir(join(server.folder, 'bucket/w/m'), { recursive: true })
  await forEachLimit([...names, 'mm'], 16, (name) => writeFile(join(server.folder, 'bucket/w', name), 'x'))
  // What consoles put in the place of a folder.
  await open().put('w/m/x', bytes(1))
  const store = open({}, 'w')
  requests.length = 0
  const keys = (await listed(store, 'm/')).map(({ key }) => key)
  t.deepEqual(keys.toSorted(), [...names, 'm/x'].toSorted())
  t.is(requests.length, 2)
  requests.length = 0
  await store.deleteAll(names)
  t.is(requests.length, 2)
  t.deepEqual((await listed(store, 'm')).map(({ key }) => key).toSorted(), ['m/x', 'mm'])
})

test.serial('objects survive a server that is killed and started again in the middle of the work', async (t) => {
  const server = await startVersitygw(t)
  Object.assign(process.env, server.env)
  const store = openStore(`${await server.url('bucket')}/w`)
  t.teardown(() => store.close())
  const puts = Array.from({ length: 40 }, (_, i) => store.put(`k/${i}`, bytes(10_000 + i)))
  await puts[0]
  await server.restart()
  t.true((await Promise.all(puts)).every(Boolean))
  for (let i = 0; i < puts.length; i++) t.deepEqual(await store.get(`k/${i}`), bytes(10_000 + i))
})

test.serial('endpoint and credentials of a profile are found, and its buckets addressed by path', async (t) => {
  const { server, proxy, requests } = await site(t)
  await server.url('with.dots')
  const home = await temporaryFolder(t)
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = server.env
  await writeFile(
    join(home, 'config'),
    `[profile tiles]\nservices = here\n[services here]\ns3 =\n  endpoint_url = ${proxy.url}\n`,
  )
  await writeFile(
    join(home, 'credentials'),
    `[tiles]\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`,
  )
  const program = `
    const { openStore } = await import(${JSON.stringify(new URL('../../../src/storage/index.ts', import.meta.url).href)})
    const store = openStore('s3://with.dots/w')
    await store.put('a', Buffer.from('tile'))
    console.log(Buffer.from(await store.get('a')).toString())`
  // No region: that of S3's own default.
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_PROFILE: 'tiles',
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env })
  t.is(stdout, 'tile\n')
  t.deepEqual(
    requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`),
    ['PUT /with.dots/w/a', 'GET /with.dots/w/a'],
  )
})
