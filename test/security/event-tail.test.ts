import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { RunEvent } from '../../src/events/index.ts'
import { EventTail } from '../../src/run/shared/event-tail.ts'
import { MemoryStore } from '../../src/storage/index.ts'

test('who follows the events of others gets past a hostile segment', async (t) => {
  const store = new MemoryStore()
  const put = (name: string, text: string): Promise<boolean> =>
    store.put(`.numpywren/runs/r/events/${name}`, new TextEncoder().encode(text))
  const heard: RunEvent[] = []
  const tail = new EventTail({ store, runId: 'r', writer: 'me', events: { emit: (event) => void heard.push(event) } })
  await tail.start()
  const left = (worker: string): string => `${JSON.stringify({ type: 'worker-left', worker, at: 1 })}\n`
  await put('a-000001.jsonl', left('a'))
  await put('b-000001.jsonl', '{"type": "task", "__proto__": {}}\n')
  await put('c-000001.jsonl', `${'['.repeat(100_000)}\n`)
  await put('d-000001.jsonl', left('d'))
  await put('me-000001.jsonl', left('me'))
  await tail.read()
  await put('e-000001.jsonl', left('e'))
  while (heard.length < 3) await sleep(20)
  await tail.stop()
  t.deepEqual(
    heard.map((event) => event.type === 'worker-left' && event.worker),
    ['a', 'd', 'e'],
  )
})
