import { once } from 'node:events'
import { createServer } from 'node:http'
import test from 'ava'
import { GoogleAuth } from 'google-auth-library'
import { administrationError, isPassing } from '../../../src/providers/gcp-functions/errors.ts'
import { idTokensFor } from '../../../src/providers/gcp-functions/id-token.ts'

test('a token that does not come yet is waited for; one that is refused is not', async (t) => {
  let status = 503
  const token = `e30.${Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + 3600 })).toString('base64url')}.x`
  const server = createServer((_, response) => {
    response.writeHead(status, { 'metadata-flavor': 'Google', 'content-type': 'application/text' }).end(token)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  Object.assign(process.env, {
    GCE_METADATA_HOST: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    METADATA_SERVER_DETECTION: 'assume-present',
    GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'googleapis.com',
    GOOGLE_CLOUD_PROJECT: 'test-project',
  })
  const { header } = await idTokensFor({ auth: new GoogleAuth() }, 'https://worker.example')
  await t.throwsAsync(header(), { name: 'ThrottledError', message: /no identity token could be had yet/ })
  status = 404
  await t.throwsAsync(header(), { name: 'AccessDeniedError', message: /impersonate-service-account/ })
  status = 200
  t.is(await header(), `Bearer ${token}`)
  status = 503
  t.is(await header(), `Bearer ${token}`, 'it lasts')
})

test('what nobody has answered may be answered later', (t) => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  t.true(isPassing(reset))
  t.true(isPassing(new Error('failed', { cause: reset })))
  t.true(isPassing({ response: { status: 502 } }))
  t.true(isPassing({ code: 14 }))
  t.false(isPassing({ response: { status: 403 } }))
  t.false(isPassing({ code: 'invalid_grant' }))
  t.false(isPassing(new Error('Could not load the default credentials')))
})

test('an operation that failed is a deployment that failed; a refused request is a wrong input', (t) => {
  const message = 'The user-provided container failed to start'
  const error = (given: object) => administrationError(given, 'create the service worker', 'roles/run.admin')
  t.like(error({ code: 9, message }), { name: 'DeployError', category: 'fatal' })
  t.like(error({ code: 9, httpStatusCode: 400, message }), { name: 'InputError' })
  t.like(error({ code: 3, message }), { name: 'InputError' })
  t.like(error({ code: 7, message }), { name: 'AccessDeniedError' })
  t.like(error({ code: 7, message: 'Cloud Run Admin API has not been used in project 1 before or it is disabled.' }), {
    name: 'AccessDeniedError',
    message:
      'an API is not enabled, so that nobody can create the service worker: Cloud Run Admin API has not been used in project 1 before or it is disabled.',
  })
  t.like(error({ response: { status: 500, data: { error: { message: 'x' } } } }), { name: 'DeployError' })
})
