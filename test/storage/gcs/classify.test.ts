import test from 'ava'
import { classify } from '../../../src/storage/gcs/classify.ts'
import { CredentialsError, GcsResponseError, responseErrorOf } from '../../../src/storage/gcs/errors.ts'

const answered = (status: number, { message = 'because', reason }: { message?: string; reason?: string } = {}) =>
  classify(new GcsResponseError(message, { status, reason, retryAfterMs: 2000 }), 'bucket')

test('answers of the service, and what they mean', (t) => {
  const table: readonly (readonly [number, string, { message?: string; reason?: string }?])[] = [
    [400, 'fatal'],
    [400, 'transient', { message: `Provided CRC32C "AAAAAA==" doesn't match calculated CRC32C "mnG7TA=="` }],
    [400, 'input', { message: 'Invalid bucket name: a' }],
    [401, 'input', { message: 'Invalid Credentials', reason: 'authError' }],
    [403, 'forbidden', { reason: 'forbidden' }],
    [403, 'throttled', { reason: 'userRateLimitExceeded' }],
    [403, 'full', { reason: 'quotaExceeded' }],
    [404, 'missing'],
    [408, 'transient'],
    [412, 'exists', { reason: 'conditionNotMet' }],
    [413, 'fatal'],
    [429, 'throttled', { reason: 'rateLimitExceeded' }],
    [500, 'transient'],
    [500, 'key-conflict', { message: 'mkdir /data/bucket/a/b: not a directory' }],
    [501, 'fatal'],
    [502, 'transient'],
    [503, 'throttled'],
    [504, 'transient'],
    [507, 'full'],
  ]
  for (const [status, kind, details] of table) t.is(answered(status, details).kind, kind as never, `${status}`)
  t.is(answered(503).retryAfterMs, 2000)
})

test('what got no answer may get one later', (t) => {
  for (const code of ['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND']) {
    t.is(classify(Object.assign(new Error('cut'), { code }), 'bucket').kind, 'transient', code)
  }
})

test('credentials that are missing or refused are told from a token server that does not answer', (t) => {
  const of = (cause: Error) => classify(new CredentialsError(cause.message, { cause }), 'bucket')
  t.like(of(new Error('Could not load the default credentials. Browse to ...')), {
    kind: 'input',
    advice:
      'no Google credentials were found; run gcloud auth application-default login, set GOOGLE_APPLICATION_CREDENTIALS to a key file, or STORAGE_EMULATOR_HOST to an emulator',
  })
  t.regex(of(Object.assign(new Error('invalid_grant'), { status: 400 })).advice!, /cannot be used \(invalid_grant\);/)
  t.is(of(Object.assign(new Error('busy'), { status: 503 })).kind, 'transient')
  t.is(of(Object.assign(new Error('cut'), { code: 'ECONNRESET' })).kind, 'transient')
})

test('of an error of the transport neither request nor token remains', (t) => {
  const error = responseErrorOf({
    config: { headers: { authorization: 'Bearer ya29.planted' } },
    response: {
      status: 403,
      headers: new Headers({ 'retry-after': '3' }),
      data: '{"error":{"code":403,"message":"x@y does not have storage.objects.get access","errors":[{"reason":"forbidden"}]}}',
      config: { headers: { authorization: 'Bearer ya29.planted' } },
    },
  })
  t.true(error instanceof GcsResponseError)
  t.like(error, { status: 403, reason: 'forbidden', retryAfterMs: 3000 })
  t.regex((error as Error).message, /does not have storage.objects.get access/)
  t.false(JSON.stringify({ ...(error as Error) }).includes('planted'))
  const xml = '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please wait.</Message></Error>'
  const text = responseErrorOf({ response: { status: 503, headers: new Headers(), data: xml } })
  t.is((text as Error).message, 'Please wait.')
  t.is(
    (responseErrorOf({ response: { status: 500, headers: new Headers(), data: '' } }) as Error).message,
    'HTTP status 500',
  )
})
