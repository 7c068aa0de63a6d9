import test from 'ava'
import { EventStream, fanOut, MemorySink, parseEvents, type RunEvent, SegmentSink } from '../../src/events/index.ts'
import { finished, started, task } from '../helpers/events.ts'

function segmentStore(): {
  readonly segments: Map<string, string>
  put(name: string, bytes: Uint8Array): Promise<boolean>
} {
  const segments = new Map<string, string>()
  return {
    segments,
    async put(name, bytes) {
      if (segments.has(name)) return false
      segments.set(name, new TextDecoder().decode(bytes))
      return true
    },
  }
}

test('segments hold every event once, in order, and skip names that are taken', async (t) => {
  const store = segmentStore()
  store.segments.set('000002.jsonl', '')
  const sink = new SegmentSink({ put: store.put, maxEvents: 3, flushMs: 60_000 })
  const events: RunEvent[] = [started(0), task(1), task(2), task(3), task(4), task(5), finished(6)]
  for (const event of events) sink.emit(event)
  await sink.close()
  t.deepEqual([...store.segments.keys()].sort(), ['000001.jsonl', '000002.jsonl', '000003.jsonl', '000004.jsonl'])
  const read = [...store.segments].sort().flatMap(([name, text]) => parseEvents(text, name))
  t.deepEqual(read, events)
})

test('writers that share a folder have segments of their own names', async (t) => {
  const store = segmentStore()
  const sinks = ['w1', 'w2'].map((writer) => new SegmentSink({ put: store.put, writer, growth: 2 }))
  for (const sink of sinks) sink.emit({ type: 'worker-joined', worker: 'w', slots: 2, at: 0 })
  for (const sink of sinks) await sink.close()
  t.deepEqual([...store.segments.keys()], ['w1-000001.jsonl', 'w2-000001.jsonl'])
  for (const [name, text] of store.segments) t.is(parseEvents(text, name).length, 1)
})

test('a segment is written some time after its first event, without a close', async (t) => {
  const store = segmentStore()
  const sink = new SegmentSink({ put: store.put, flushMs: 1 })
  sink.emit(started(0))
  while (store.segments.size === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  await sink.close()
  t.is(store.segments.size, 1)
})

test('a failed write is reported on close and does not stop later segments', async (t) => {
  const written: string[] = []
  let calls = 0
  const sink = new SegmentSink({
    maxEvents: 1,
    put: async (name) => {
      if (++calls === 1) throw new Error('no space')
      written.push(name)
      return true
    },
  })
  sink.emit(started(0))
  sink.emit(task(1))
  await t.throwsAsync(sink.close(), { message: 'no space' })
  t.deepEqual(written, ['000002.jsonl'])
})

test('a stream begins with the start of the run and ends when it is closed', async (t) => {
  const stream = new EventStream()
  const all = new MemorySink()
  const sink = fanOut(stream, all)
  sink.emit(started(0))
  sink.emit(task(1))
  const reading = collect(stream)
  await Promise.resolve()
  sink.emit(task(2))
  sink.emit(finished(3))
  stream.close()
  t.deepEqual(await reading, [started(0), task(2), finished(3)])
  t.is(all.events.length, 4)
})

async function collect(stream: EventStream): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

test('a line that is no event is reported with its place', (t) => {
  const good = JSON.stringify(started(0))
  t.throws(() => parseEvents(`${good}\n{"type":"task"`, 'x.jsonl'), { message: /x\.jsonl, line 2: this is no JSON/ })
  t.throws(() => parseEvents(`{"type":"task"}\n`, 'x.jsonl'), { message: /x\.jsonl, line 1: this is no event/ })
})
