import { join } from 'node:path'
import test from 'ava'
import { objectUrl, openStore, splitUrl } from '../../src/storage/index.ts'

test('the URL of a matrix splits into the store at its parent and a name', (t) => {
  t.deepEqual(splitUrl('/data/work/A'), { store: 'file:///data/work', path: 'A' })
  t.deepEqual(splitUrl('file:///data/work/A/'), { store: 'file:///data/work', path: 'A' })
  t.deepEqual(splitUrl('/data/my work/A%20b'), { store: 'file:///data/my%20work', path: 'A%20b' })
  t.deepEqual(splitUrl('/A'), { store: 'file:///', path: 'A' })
  t.deepEqual(splitUrl('memory://test/work/A'), { store: 'memory://test/work', path: 'A' })
  t.deepEqual(splitUrl('s3://bucket/work/A/'), { store: 's3://bucket/work', path: 'A' })
  t.deepEqual(splitUrl('gs://bucket/A'), { store: 'gs://bucket', path: 'A' })
  t.deepEqual(splitUrl('memory://test/A'), { store: 'memory://test', path: 'A' })
  t.is(splitUrl('A').path, 'A')
})

test('a store and a key give a URL that splits into them again', (t) => {
  for (const path of ['/data/work/A', '/data/x y/A#1', '/data/50%/a?b', '/A']) {
    const { store, path: key } = splitUrl(path)
    t.deepEqual(splitUrl(objectUrl(openStore(store).url, key)), { store, path: key }, path)
    t.is(openStore(store).url, store.replace(/\/$/, ''))
  }
})

test('opening a store in a bucket asks nobody, and its URL opens it again', (t) => {
  t.is(openStore('s3://bucket/some/work/').url, 's3://bucket/some/work')
  t.is(openStore('s3://bucket').url, 's3://bucket')
  t.is(objectUrl(openStore('s3://bucket').url, 'A/c/0'), 's3://bucket/A/c/0')
})

test('memory stores of one name share their objects, also by folder', async (t) => {
  const name = `url-test-${process.pid}`
  await openStore(`memory://${name}/work`).put('A/c/0', new Uint8Array([4]))
  t.deepEqual(await openStore(`memory://${name}`).get('work/A/c/0'), new Uint8Array([4]))
  t.is(await openStore(`memory://${name}x`).get('work/A/c/0'), undefined)
})

test('what no adapter serves is refused with the reason', (t) => {
  for (const url of ['s3://', 's3:///A', 's3://a b/A', 'gs://']) {
    t.throws(() => openStore(url), { name: 'InputError', message: /names no valid bucket/ }, url)
    t.throws(() => splitUrl(url), { name: 'InputError' }, url)
  }
  for (const path of ['../A', 'A//B', 'A/./B']) {
    t.throws(() => openStore(`s3://bucket/${path}`), { name: 'InvalidKeyError' }, path)
  }
  const error = t.throws(() => openStore('s3://key:planted@bucket/A'), {
    name: 'InputError',
    message: /no credentials/,
  })
  t.notRegex(String(error), /planted/)
  t.throws(() => openStore('http://host/A'), { name: 'InputError', message: /unknown scheme http/ })
  t.throws(() => openStore('file://host/A'), { name: 'InputError', message: /no valid file URL/ })
  t.throws(() => openStore(''), { name: 'InputError', message: /empty/ })
})

test('a relative path is one below the working folder', (t) => {
  t.is(openStore('some/where').url, openStore(join(process.cwd(), 'some/where')).url)
})
