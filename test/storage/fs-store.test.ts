import { once } from 'node:events'
import { chmod, mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { releaseTemporaryName, takeTemporaryName } from '../../src/storage/fs/temporary-name.ts'
import { FsStore } from '../../src/storage/index.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { runChild, startChild } from './helpers/child.ts'

const SIZE = 4 << 20

async function keysOf(store: FsStore): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list('')) keys.push(key)
  return keys
}

test('a writer killed at any moment leaves an old or a new object, and its leftovers go', async (t) => {
  const root = await temporaryFolder(t)
  const store = new FsStore(root)
  const program = `
    const store = new FsStore(args[0])
    await store.put('t/k', new Uint8Array(${SIZE}))
    console.log('ready')
    for (let i = 1; ; i++) await store.put('t/k', new Uint8Array(${SIZE}).fill(i % 251))`
  let leftovers = 0
  for (let round = 0; round < 6; round++) {
    const child = startChild(program, [root])
    await once(child.stdout!, 'data')
    await sleep(7 * round)
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    const seen = (await store.get('t/k'))!
    t.is(seen.length, SIZE)
    t.true(seen.every((value) => value === seen[0]))
    leftovers += (await readdir(join(root, 't'))).length - 1
    t.deepEqual(await keysOf(store), ['t/k'])
    t.deepEqual(await readdir(join(root, 't')), ['k'])
  }
  t.log(`${leftovers} unfinished files were cleared away`)
})

test('an unfinished file of a live writer is invisible and stays until its writer is gone', async (t) => {
  const root = await temporaryFolder(t)
  const store = new FsStore(root)
  await store.put('a', new Uint8Array(1))
  const name = takeTemporaryName()
  await writeFile(join(root, name), 'half')
  t.deepEqual(await keysOf(store), ['a'])
  t.deepEqual((await readdir(root)).toSorted(), [name, 'a'])
  releaseTemporaryName(name)
  t.deepEqual(await keysOf(store), ['a'])
  t.deepEqual(await readdir(root), ['a'])
})

test('of several processes that create the same keys one wins each', async (t) => {
  const root = await temporaryFolder(t)
  const program = `
    const store = new FsStore(args[0])
    let wins = 0
    for (let i = 0; i < 40; i++) if (await store.put('k/' + i, new Uint8Array([args[1]]), { ifAbsent: true })) wins++
    console.log(wins)`
  const wins = await Promise.all([1, 2, 3].map((id) => runChild(program, [root, String(id)])))
  t.is(
    wins.reduce((sum, count) => sum + Number(count), 0),
    40,
  )
  t.is((await keysOf(new FsStore(root))).length, 40)
})

const tryToPut = `
    const store = new FsStore(args[0])
    if (args[2]) process.setuid(Number(args[2]))
    try {
      await store.put('d/k', new Uint8Array(Number(args[1])).fill(2))
      console.log('written')
    } catch (error) {
      console.log(error._tag + ' ' + error.category + ' ' + error.message)
    }`

test('a folder that may not be written says so, and what is in it can be read', async (t) => {
  const root = await temporaryFolder(t)
  const store = new FsStore(root)
  await store.put('d/k', new Uint8Array([1]))
  await chmod(root, 0o755)
  await chmod(join(root, 'd'), 0o555)
  const nobody = process.getuid?.() === 0 ? ['65534'] : []
  t.regex(
    await runChild(tryToPut, [root, '10', ...nobody]),
    /^StorePermissionError fatal not allowed to write file:.*\/d\/k .*EACCES.*change its permissions/,
  )
  await chmod(join(root, 'd'), 0o755)
  t.deepEqual(await store.get('d/k'), new Uint8Array([1]))
  t.deepEqual(await readdir(join(root, 'd')), ['k'])
})

test('a full disk ends a put clearly, keeps the old object and leaves nothing else', async (t) => {
  const root = await temporaryFolder(t)
  const store = new FsStore(root)
  await store.put('d/k', new Uint8Array([1]))
  const output = await runChild(tryToPut, [root, String(1 << 20)], 'ulimit -f 64;')
  t.regex(output, /^StoreFullError fatal no space to write file:.*\/d\/k .*free some space/)
  t.deepEqual(await store.get('d/k'), new Uint8Array([1]))
  t.deepEqual(await readdir(join(root, 'd')), ['k'])
})

test('an unfinished file of another host goes after a day; other hidden files are objects', async (t) => {
  const root = await temporaryFolder(t)
  const store = new FsStore(root)
  const fresh = join(root, '.npw-tmp-otherhost-1-0-0')
  const old = join(root, '.npw-tmp-otherhost-1-0-1')
  for (const path of [fresh, old, join(root, '.hidden')]) await writeFile(path, 'x')
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60
  await utimes(old, twoDaysAgo, twoDaysAgo)
  t.deepEqual(await keysOf(store), ['.hidden'])
  t.deepEqual((await readdir(root)).toSorted(), ['.hidden', '.npw-tmp-otherhost-1-0-0'])
})

test('a name too long for the file system is an invalid key', async (t) => {
  const store = new FsStore(await temporaryFolder(t))
  await t.throwsAsync(store.put('x'.repeat(300), new Uint8Array(1)), { name: 'InvalidKeyError' })
})

test('files that others named as no key is are not listed', async (t) => {
  const root = await temporaryFolder(t)
  const store = new FsStore(root)
  await store.put('runs/r/a', new Uint8Array(1))
  await mkdir(join(root, 'runs/\u001b[2J'))
  for (const name of ['runs/\u001b[2J/a', 'runs/r/b\n']) await writeFile(join(root, name), 'x')
  t.deepEqual(await keysOf(store), ['runs/r/a'])
})
