import test from 'ava'
import { InputError } from '../../../src/errors.ts'
import { connectRedis } from '../../../src/scheduler/index.ts'
import { addressLabel, isLoopback, parseRedisUrl } from '../../../src/scheduler/redis/address.ts'

test('a URL gives host, port, credentials, database and TLS', (t) => {
  t.like(parseRedisUrl('redis://example.org'), {
    host: 'example.org',
    port: 6379,
    password: undefined,
    db: 0,
    tls: false,
  })
  t.like(parseRedisUrl('rediss://me:a%2Fb%40c@[::1]:7000/2'), {
    host: '::1',
    port: 7000,
    username: 'me',
    password: 'a/b@c',
    db: 2,
    tls: true,
  })
  t.is(addressLabel(parseRedisUrl('rediss://me:a%2Fb@[::1]:7000/2')), '[::1]:7000')
})

for (const url of [
  'redis://user:hunter2@host:port',
  'http://user:hunter2@host',
  'redis://user:hunter2@host/name',
  'redis://user:hunter2@host?db=2',
  'redis://user:hunter2%@host',
  'redis://user:hunter2@',
  'hunter2',
])
  test(`a bad URL is refused without showing it: ${url}`, async (t) => {
    const error = await t.throwsAsync(connectRedis(url), { instanceOf: InputError })
    t.regex(error.message, /coordinator/)
    t.false(error.message.includes('hunter2'))
    t.false(String(error.cause).includes('hunter2'))
  })

test('addresses that only this machine reaches are told from others', (t) => {
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]'])
    t.true(isLoopback(parseRedisUrl(`redis://${host}`)))
  for (const host of ['10.0.0.1', '127.example.org', '[::2]', 'redis'])
    t.false(isLoopback(parseRedisUrl(`redis://${host}`)))
})
