import { constants, PerformanceObserver } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import { ExternalMemory } from '../../src/kernels/index.ts'

/** Collections of the whole heap that 200 buffers bring about. */
async function collections(make: (bytes: number) => ArrayBuffer, bytes = 2 ** 22): Promise<number> {
  let count = 0
  const isMajor = (entry: object): boolean =>
    (entry as { detail: { kind: number } }).detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().filter(isMajor).length
  })
  observer.observe({ entryTypes: ['gc'] })
  const kept: ArrayBuffer[] = []
  for (let i = 0; i < 200; i++) {
    kept.push(make(bytes))
    await new Promise(setImmediate)
  }
  observer.disconnect()
  return kept.length === 200 ? count : Number.NaN
}

test.serial('buffers within the reserve bring about one collection, others several', async (t) => {
  const memory = new ExternalMemory(2 ** 30)
  const looked = await collections((bytes) => memory.allocate(bytes))
  const plain = await collections((bytes) => new ArrayBuffer(bytes))
  // One more may be due for what this process has loaded.
  t.true(looked <= 2, `${looked}`)
  t.true(plain > looked, `${plain} and ${looked}`)
})

test.serial('large reserves of which little is used bring about next to none', async (t) => {
  const allocate = (bytes: number): ArrayBuffer => {
    const memory = new ExternalMemory(2 ** 32)
    const buffer = memory.allocate(bytes)
    memory.close()
    return buffer
  }
  const found = await collections(allocate, 1024)
  // The buffers of other tests may be due.
  t.true(found <= 2, `${found}`)
})

test('a thread that ends with buffers out, or after closing and releasing them, does not take the process with it', async (t) => {
  const source = `
    const { ExternalMemory } = await import(${JSON.stringify(new URL('../../src/kernels/index.ts', import.meta.url).href)})
    for (const close of [false, true]) {
      const memory = new ExternalMemory(2 ** 28)
      globalThis[close] = Array.from({ length: 40 }, () => memory.allocate(2 ** 22))
      if (close) memory.close()
      memory.release(2 ** 22)
    }`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`))
  const code = await new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject))
  t.is(code, 0)
})
