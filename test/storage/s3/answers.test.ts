/** What the store makes of answers that a local server does not give: a server of HTTP answers as the test says. */

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { S3Store, type Store } from '../../../src/storage/index.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const hasty = { pauseMs: 1, longestPauseMs: 5, attempts: 3 }

interface Answer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

const failure = (status: number, code: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>words of the service</Message></Error>`,
})

const done: Answer = { status: 200 }

/** A store at a server that gives these answers, one for each request, the last one for all that follow. */
async function scripted(t: ExecutionContext, ...answers: readonly Answer[]) {
  const requests: { readonly method: string; readonly url: string; readonly body: string }[] = []
  const server = http.createServer(async (request: IncomingMessage, response) => {
    const { method = '', url = '' } = request
    const body = Buffer.concat(await request.toArray()).toString()
    const { status, headers, body: text = '' } = answers[Math.min(requests.length, answers.length - 1)]!
    requests.push({ method, url, body })
    response.writeHead(status, headers).end(method === 'HEAD' ? '' : text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '',
    AWS_ACCESS_KEY_ID: 'planted-key',
    AWS_SECRET_ACCESS_KEY: 'planted-secret',
    AWS_SESSION_TOKEN: 'planted-token',
    AWS_REGION: 'us-east-1',
  })
  const store = new S3Store('bucket', '', hasty)
  t.teardown(() => store.close())
  return { store, requests }
}

const calls: Record<string, (store: Store) => Promise<unknown>> = {
  get: (store) => store.get('a'),
  put: (store) => store.put('a', new Uint8Array(3)),
  putIfAbsent: (store) => store.put('a', new Uint8Array(3), { ifAbsent: true }),
  stat: (store) => store.stat('a'),
  delete: (store) => store.delete('a'),
  deleteAll: (store) => store.deleteAll(['a', 'b']),
  list: (store) => Array.fromAsync(store.list('')),
}

test.serial('two writers at once: the conflict passes', async (t) => {
  const { store, requests } = await scripted(t, failure(409, 'ConditionalRequestConflict'), done)
  t.true(await store.put('a', new Uint8Array(3), { ifAbsent: true }))
  t.is(requests.length, 2)
})

test.serial('a clock that is wrong is set right by the answer', async (t) => {
  const { store, requests } = await scripted(t, failure(403, 'RequestTimeTooSkewed'), done)
  t.true(await store.put('a', new Uint8Array(3)))
  t.is(requests.length, 2)
})

const finals: readonly (readonly [Answer, string, RegExp])[] = [
  [failure(403, 'AccessDenied'), 'StorePermissionError', /not allowed to .*AccessDenied: words of the service/],
  [failure(404, 'XAdminUserNotFound'), 'StorePermissionError', /not allowed to/],
  [failure(403, 'InvalidAccessKeyId'), 'StoreSetupError', /does not know the access key; .*AWS_ACCESS_KEY_ID/],
  [failure(403, 'SignatureDoesNotMatch'), 'StoreSetupError', /secret key does not belong/],
  [failure(400, 'ExpiredToken'), 'StoreSetupError', /have expired; renew/],
  [failure(404, 'NoSuchBucket'), 'StoreSetupError', /there is no bucket bucket; make it/],
  [
    failure(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'eu-west-3' }),
    'StoreSetupError',
    /bucket bucket is in the region eu-west-3; set AWS_REGION=eu-west-3$/,
  ],
  [failure(400, 'EntityTooLarge'), 'StoreSetupError', /use smaller tiles/],
  [failure(403, 'QuotaExceeded'), 'StoreFullError', /no space to/],
  [failure(507, 'XMinioStorageFull'), 'StoreFullError', /free some space/],
  [failure(501, 'NotImplemented'), 'StoreRefusedError', /the store refused to .*NotImplemented/],
]
for (const [answer, name, message] of finals) {
  const code = /<Code>(.*)<\/Code>/.exec(answer.body ?? '')?.[1]
  test.serial(`${code} is final for every call`, async (t) => {
    const { store, requests } = await scripted(t, answer)
    for (const [call, make] of Object.entries(calls)) {
      // The answer to HEAD has no words: only where it could be "no such object" it is asked again with GET.
      if (call === 'stat' && answer.status !== 404) continue
      requests.length = 0
      const error = await t.throwsAsync(make(store), { name, message }, call)
      t.is(requests.length, call === 'stat' ? 2 : 1, call)
      t.notRegex(inspectAll(error), /planted/, call)
    }
  })
}

/** All that could be printed of an error and its causes. */
function inspectAll(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = Object.getOwnPropertyNames(error).map((name) => JSON.stringify(error[name as keyof Error]) ?? '')
  return `${error.stack} ${own.join(' ')} ${inspectAll(error.cause)}`
}

test.serial('objects that could not be removed in passing are removed by the next attempt, alone', async (t) => {
  const result = (inside: string): Answer => ({
    status: 200,
    body: `<?xml version="1.0" encoding="UTF-8"?><DeleteResult>${inside}</DeleteResult>`,
  })
  const { store, requests } = await scripted(
    t,
    result(
      '<Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>InternalError</Code><Message>once more</Message></Error>',
    ),
    result('<Error><Key>b</Key><Code>SlowDown</Code><Message>not so fast</Message></Error>'),
    result('<Deleted><Key>b</Key></Deleted>'),
  )
  await store.deleteAll(['a', 'b'])
  t.deepEqual(
    requests.map(({ body }) => [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key)),
    [['a', 'b'], ['b'], ['b']],
  )
  const denied = await scripted(
    t,
    result('<Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error>'),
  )
  await t.throwsAsync(denied.store.deleteAll(['a', 'b']), { name: 'StorePermissionError', message: /b: no/ })
})

test.serial('an answer that was cut off to nothing is not taken for an empty one', async (t) => {
  const { store, requests } = await scripted(t, done)
  await t.throwsAsync(Array.fromAsync(store.list('')), { name: 'StoreUnavailableError', message: /cut off/ })
  await t.throwsAsync(store.deleteAll(['a']), { name: 'StoreUnavailableError', message: /says nothing of 1 obj/ })
  t.is(requests.length, 2 * hasty.attempts)
})

test.serial('a server that answers a range with the whole object is understood', async (t) => {
  const { store } = await scripted(t, { status: 200, headers: { 'content-length': '10' }, body: '0123456789' })
  const text = async (range: Parameters<Store['get']>[1]): Promise<string> =>
    Buffer.from((await store.get('a', range))!).toString()
  t.is(await text({ range: { offset: 2, length: 3 } }), '234')
  t.is(await text({ range: { suffix: 2 } }), '89')
  t.is(await text({ range: { offset: 20, length: 3 } }), '')
})

test.serial('what S3 does not take in one piece is not sent', async (t) => {
  const { store, requests } = await scripted(t, done)
  const huge = Object.defineProperty(new Uint8Array(1), 'length', { value: 5 * 2 ** 30 + 1 })
  await t.throwsAsync(store.put('a', huge), { name: 'StoreSetupError', message: /5 GiB.*smaller tiles/ })
  t.is(requests.length, 0)
})

test.serial('without credentials, and with an endpoint that is none, one sentence says so', async (t) => {
  const home = await temporaryFolder(t)
  const program = `
    const { openStore } = await import(${JSON.stringify(new URL('../../../src/storage/index.ts', import.meta.url).href)})
    await openStore('s3://bucket').get('a').catch(({ name, message }) => console.log(name + ': ' + message))`
  const said = async (env: Record<string, string>): Promise<string> => {
    // Nobody asks the metadata service, which there is on AWS's machines only.
    const all = { PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...env }
    return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env: all })).stdout
  }
  t.is(
    await said({}),
    'StoreSetupError: cannot read s3://bucket/a: no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with AWS_PROFILE\n',
  )
  const key = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' }
  t.regex(
    await said({ ...key, AWS_ENDPOINT_URL: 'no url' }),
    /^StoreSetupError: .*AWS_ENDPOINT_URL.* is no valid URL\n$/,
  )
})
