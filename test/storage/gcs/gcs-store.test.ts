import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { GcsStore, openStore, type Store } from '../../../src/storage/index.ts'
import { forEachLimit } from '../../../src/util/index.ts'
import { startFakeGcs } from '../../helpers/servers/fake-gcs.ts'
import { HttpFaultProxy, type HttpRequestSeen } from '../../helpers/servers/fault-proxy-http.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

/** Little patience, so that what fails for good does so at once. */
const hasty = { pauseMs: 1, longestPauseMs: 5, attempts: 4, stallMs: 20_000 }

/** A server with the bucket `bucket`, and a proxy before it that the stores of this process use. */
async function site(t: ExecutionContext) {
  const server = await startFakeGcs(t, { backend: 'memory' })
  await server.url('bucket')
  const requests: HttpRequestSeen[] = []
  const proxy = await HttpFaultProxy.start({ target: server.endpoint, onReply: (request) => requests.push(request) })
  t.teardown(() => proxy.close())
  process.env.STORAGE_EMULATOR_HOST = proxy.url
  return { server, proxy, requests }
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7)
const listed = (store: Store, prefix: string): Promise<{ readonly key: string; readonly bytes: number }[]> =>
  Array.fromAsync(store.list(prefix))
const isUpload = ({ method }: HttpRequestSeen): boolean => method === 'POST'
const isDownload = ({ path }: HttpRequestSeen): boolean => path.includes('alt=media')

test.serial('what fails in passing is tried again', async (t) => {
  const { proxy } = await site(t)
  const store = new GcsStore('bucket', 'w', hasty)
  for (const fault of [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 408 },
    { kind: 'reset' },
    { kind: 'lost-reply' },
    { kind: 'duplicate' },
    { kind: 'truncate' },
    { kind: 'flip-request' },
  ] as const) {
    const armed = proxy.arm(fault, { matches: isUpload })
    t.true(await store.put('a', bytes(1000)), fault.kind)
    t.is(armed.hits, 1)
    proxy.arm(fault, { matches: ({ method }) => method === 'GET' })
    t.deepEqual(await store.get('a'), bytes(1000), fault.kind)
    proxy.arm(fault, { matches: ({ method }) => method === 'GET' })
    t.deepEqual(await store.stat('a'), { bytes: 1000 }, fault.kind)
    proxy.arm(fault, { matches: ({ method }) => method === 'GET' })
    t.deepEqual(await listed(store, ''), [{ key: 'a', bytes: 1000 }], fault.kind)
    proxy.arm(fault, { matches: ({ method }) => method === 'DELETE' })
    await store.delete('a')
    t.is(await store.get('a'), undefined, fault.kind)
  }
})

test.serial('a service that asks for fewer requests gets them later', async (t) => {
  const { proxy } = await site(t)
  for (const status of [429, 503]) {
    const store = new GcsStore('bucket', 'w', hasty)
    const armed = proxy.arm({ kind: 'status', status, retryAfter: 1 }, { matches: isUpload })
    const startedAt = performance.now()
    t.true(await store.put('a', bytes(10)))
    t.is(armed.hits, 1)
    t.true(performance.now() - startedAt >= 990)
  }
})

test.serial('a body that is short, cut or wrong is never used', async (t) => {
  const { proxy } = await site(t)
  const store = new GcsStore('bucket', '', hasty)
  await store.put('a', bytes(1000))
  for (const kind of ['short', 'truncate', 'flip-reply'] as const) {
    proxy.arm({ kind }, { matches: isDownload })
    t.deepEqual(await store.get('a'), bytes(1000), kind)
    const into = new Uint8Array(1000)
    proxy.arm({ kind }, { matches: isDownload })
    t.is(await store.get('a', { into }), into, kind)
    t.deepEqual(into, bytes(1000), kind)
  }
  for (const kind of ['short', 'truncate'] as const) {
    proxy.arm({ kind }, { matches: isDownload })
    t.deepEqual(await store.get('a', { range: { offset: 100, length: 50 } }), bytes(150).subarray(100), kind)
  }
  proxy.arm({ kind: 'flip-reply' }, { count: 99, matches: isDownload })
  await t.throwsAsync(store.get('a'), { name: 'CorruptObjectError', message: /gs:\/\/bucket\/a is damaged: .*CRC32C/ })
  proxy.disarmAll()
  proxy.arm({ kind: 'short' }, { count: 99, matches: isDownload })
  await t.throwsAsync(store.get('a'), { name: 'StoreUnavailableError', message: /only 500 of 1000 bytes came/ })
  proxy.disarmAll()
  proxy.arm({ kind: 'short' }, { count: 99 })
  await t.throwsAsync(store.stat('a'), { name: 'StoreUnavailableError' })
  await t.throwsAsync(listed(store, ''), { name: 'StoreUnavailableError' })
})

test.serial('bytes that are damaged on the way up are not stored', async (t) => {
  const { proxy } = await site(t)
  const store = new GcsStore('bucket', '', hasty)
  const armed = proxy.arm({ kind: 'flip-request' }, { count: 99, matches: isUpload })
  await t.throwsAsync(store.put('a', bytes(1000)), { name: 'StoreUnavailableError', message: /CRC32C/ })
  t.is(armed.hits, 4)
  t.is(await store.get('a'), undefined)
})

test.serial('create-once knows its own object again when the reply was lost', async (t) => {
  const { proxy } = await site(t)
  const store = new GcsStore('bucket', '', hasty)
  proxy.arm({ kind: 'lost-reply' }, { matches: isUpload })
  t.true(await store.put('mine', bytes(10), { ifAbsent: true }))
  t.false(await store.put('mine', bytes(10), { ifAbsent: true }))
  await store.put('other', bytes(11))
  proxy.arm({ kind: 'reset' }, { matches: isUpload })
  t.false(await store.put('other', bytes(10), { ifAbsent: true }))
  t.deepEqual(await store.get('other'), bytes(11))
})

test.serial('one request is one attempt: nobody else tries again', async (t) => {
  const { proxy } = await site(t)
  const store = new GcsStore('bucket', '', { ...hasty, attempts: 1 })
  for (const fault of [{ kind: 'status', status: 503 }, { kind: 'reset' }] as const) {
    const armed = proxy.arm(fault, { count: 99 })
    const calls = [store.put('a', bytes(10)), store.get('a'), store.stat('a'), store.delete('a')]
    for (const call of calls) await t.throwsAsync(call, { name: 'StoreUnavailableError' })
    await t.throwsAsync(listed(store, ''), { name: 'StoreUnavailableError' })
    t.is(armed.hits, 5)
    proxy.disarmAll()
  }
})

test.serial('a stalled request is given up and made again, and a signal ends it', async (t) => {
  const { proxy } = await site(t)
  const store = new GcsStore('bucket', '', { ...hasty, stallMs: 300 })
  await store.put('a', bytes(1000))
  for (const method of ['GET', 'POST']) {
    const armed = proxy.arm({ kind: 'stall', ms: 60_000 }, { matches: (request) => request.method === method })
    t.true(await store.put('a', bytes(1000)))
    t.deepEqual(await store.get('a'), bytes(1000))
    t.is(armed.hits, 1)
  }
  const patient = new GcsStore('bucket', '', hasty)
  for (const call of [
    (signal: AbortSignal) => patient.get('a', { signal }),
    (signal: AbortSignal) => patient.put('a', bytes(5), { signal }),
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
  const { requests } = await site(t)
  const wanted = { name: 'StoreSetupError', message: /gs:\/\/nowhere.*: there is no bucket nowhere; make it / }
  for (const call of [
    (store: GcsStore) => store.get('a'),
    (store: GcsStore) => store.get('a', { range: { suffix: 3 } }),
    (store: GcsStore) => store.stat('a'),
    (store: GcsStore) => store.put('a', bytes(1)),
    (store: GcsStore) => store.put('a', bytes(1), { ifAbsent: true }),
    (store: GcsStore) => store.delete('a'),
    (store: GcsStore) => listed(store, ''),
  ]) {
    await t.throwsAsync(call(new GcsStore('nowhere', 'w', hasty)), wanted)
  }
  // Where the bucket is known to be there, a missing object costs one request.
  const store = new GcsStore('bucket', 'w', hasty)
  await store.get('a')
  requests.length = 0
  t.is(await store.get('a'), undefined)
  t.is(requests.length, 1)
})

test.serial('no credentials are needed for an emulator, whichever way its host is written', async (t) => {
  const { server } = await site(t)
  for (const host of ['', 'http://'].map((scheme) => server.endpoint.replace('http://', scheme))) {
    for (const path of ['', '/', '/storage/v1', '/storage/v1/']) {
      process.env.STORAGE_EMULATOR_HOST = host + path
      const store = openStore('gs://bucket/some/where')
      t.true(await store.put('a', bytes(3)), host + path)
      t.deepEqual(await store.get('a'), bytes(3))
      t.deepEqual(await listed(store, ''), [{ key: 'a', bytes: 3 }])
    }
  }
})

test.serial('listings come page by page, and leave out what no key can name', async (t) => {
  const { server, requests } = await site(t)
  const names = Array.from({ length: 1003 }, (_, i) => `m/${i}`)
  await forEachLimit([...names, 'mm', 'm/folder/', 'm//x', 'm/../x'], 16, async (name) => {
    const query = new URLSearchParams({ uploadType: 'media', name: `w/${name}` })
    await fetch(`${server.endpoint}/upload/storage/v1/b/bucket/o?${query}`, { method: 'POST', body: 'x' })
  })
  const store = new GcsStore('bucket', 'w', hasty)
  const keys = (await listed(store, 'm/')).map(({ key }) => key)
  t.deepEqual(keys.toSorted(), names.toSorted())
  t.is(requests.length, 2)
})

test.serial('many objects go by few requests, each repeated until it is known what it did', async (t) => {
  const { proxy, requests } = await site(t)
  const store = new GcsStore('bucket', 'w', hasty)
  const names = Array.from({ length: 130 }, (_, i) => `m/a b&c%20#${i}?`)
  await forEachLimit([...names, 'n'], 16, async (name) => void (await store.put(name, bytes(1))))
  requests.length = 0
  for (const kind of ['short', 'truncate', 'lost-reply', 'reset'] as const) proxy.arm({ kind })
  await store.deleteAll([...names, 'm/none'])
  t.deepEqual(await listed(store, ''), [{ key: 'n', bytes: 1 }])
  t.true(requests.length <= 7, `${requests.length} requests`)
  await t.throwsAsync(store.deleteAll(['n', '../x']), { name: 'InvalidKeyError' })
})

test.serial('an object that others stored compressed comes as it was before', async (t) => {
  const { server } = await site(t)
  const query = new URLSearchParams({ uploadType: 'media', name: 'a', contentEncoding: 'gzip' })
  await fetch(`${server.endpoint}/upload/storage/v1/b/bucket/o?${query}`, {
    method: 'POST',
    body: new Uint8Array(gzipSync(bytes(1000))),
  })
  const store = new GcsStore('bucket', '', hasty)
  t.deepEqual(await store.get('a'), bytes(1000))
  t.deepEqual(await store.get('a', { range: { offset: 10, length: 5 } }), bytes(15).subarray(10))
})

test.serial('objects survive a server that is killed and started again in the middle of the work', async (t) => {
  const server = await startFakeGcs(t)
  Object.assign(process.env, server.env)
  const store = openStore(`${await server.url('bucket')}/w`)
  const puts = Array.from({ length: 40 }, (_, i) => store.put(`k/${i}`, bytes(10_000 + i)))
  await puts[0]
  await server.restart()
  t.true((await Promise.all(puts)).every(Boolean))
  for (let i = 0; i < puts.length; i++) t.deepEqual(await store.get(`k/${i}`), bytes(10_000 + i))
})

test.serial('without credentials, and with a key file that is not there, one sentence says so', async (t) => {
  const { STORAGE_EMULATOR_HOST: _, ...env } = process.env
  const program = `
    const { openStore } = await import(${JSON.stringify(new URL('../../../src/storage/index.ts', import.meta.url).href)})
    await openStore('gs://bucket').get('a').catch(({ name, message }) => console.log(name + ': ' + message))`
  const home = await temporaryFolder(t)
  const said = async (more: Record<string, string>): Promise<string> => {
    const options = { env: { ...env, HOME: home, CLOUDSDK_CONFIG: home, ...more } }
    return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], options)).stdout
  }
  // Nobody asks the metadata server, which there is on Google's machines only.
  t.is(
    await said({ METADATA_SERVER_DETECTION: 'none' }),
    'StoreSetupError: cannot read gs://bucket/a: no Google credentials were found; run gcloud auth application-default login, set GOOGLE_APPLICATION_CREDENTIALS to a key file, or STORAGE_EMULATOR_HOST to an emulator\n',
  )
  t.regex(
    await said({ GOOGLE_APPLICATION_CREDENTIALS: '/no/such/key.json' }),
    /^StoreSetupError: cannot read gs:\/\/bucket\/a: Google's credentials cannot be used \(.*key\.json does not exist.*\); set right GOOGLE_APPLICATION_CREDENTIALS.*\n$/,
  )
})
