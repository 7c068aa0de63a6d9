import test from 'ava'
import type { RunEvent } from '../../../src/events/index.ts'
import {
  type BatchAnswer,
  type BatchRequest,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  fitAnswer,
  InvocationError,
  MAX_TASKS,
  PROTOCOL_VERSION,
  type PullRequest,
} from '../../../src/providers/function/index.ts'

const task = (i: number) => ({ id: `3:${i},-2`, attempt: 1, backup: false, priority: 1.5 })
const batch: BatchRequest = {
  version: PROTOCOL_VERSION,
  kind: 'batch',
  invocation: 'a1',
  store: 's3://bucket/work',
  run: '20261123-101500-cholesky-x7f3',
  round: '0f',
  worker: 'run-1',
  tasks: [task(1), task(2)],
}
const pull: PullRequest = {
  version: PROTOCOL_VERSION,
  kind: 'pull',
  invocation: 'a2',
  store: 'gs://bucket',
  coordinator: 'redis://reader@host:6379/2',
  worker: 'w',
  width: 5,
  arity: 2,
  idleMs: 0,
}
const answer: BatchAnswer = {
  version: PROTOCOL_VERSION,
  kind: 'batch',
  invocation: 'a1',
  sandbox: {
    id: '1-a',
    cold: true,
    startedAt: 1,
    initMs: 2,
    invocations: 1,
    slots: 1,
    vcpus: 0.5,
    memoryBytes: 1,
    coreType: 'Zen',
    release: '0.1.0',
  },
  receivedAt: 3,
  answeredAt: 4.5,
  peakBytes: 5,
  tasks: [
    { id: '3:1,-2', state: 'done' },
    { id: '3:2,-2', state: 'failed', failure: { tag: 'T', category: 'numerical', message: 'info 3' } },
  ],
  events: [],
}

test('messages are the same there and back', (t) => {
  t.deepEqual(decodeRequest(encodeRequest(batch)), batch)
  t.deepEqual(decodeRequest(encodeRequest(pull)), pull)
  t.deepEqual(decodeAnswer(encodeAnswer(answer), batch), answer)
})

for (const [name, text, says] of [
  ['nothing', '', /is no JSON/],
  ['a part', '{"version":1,', /is no JSON/],
  ['a list', '[]', /not as expected/],
  ['null', 'null', /not as expected/],
  ['another version', JSON.stringify({ ...batch, version: 2 }), /version 2 and this worker speaks 1: deploy/],
  ['another kind', JSON.stringify({ ...batch, kind: 'eval' }), /kind/],
  ['a run in another folder', JSON.stringify({ ...batch, run: '../r' }), /run: wanted letters/],
  ['a worker with a path', JSON.stringify({ ...batch, worker: 'a/b' }), /worker: wanted letters/],
  ['no tasks', JSON.stringify({ ...batch, tasks: [] }), /tasks/],
  ['a task twice', JSON.stringify({ ...batch, tasks: [task(1), task(1)] }), /twice/],
  ['no task', JSON.stringify({ ...batch, tasks: [{ ...task(1), id: '3:x' }] }), /no id of a task/],
  [
    'tasks without number',
    JSON.stringify({ ...batch, tasks: Array.from({ length: MAX_TASKS + 1 }, (_, i) => task(i)) }),
    /tasks/,
  ],
  ['no slots', JSON.stringify({ ...batch, slots: 0 }), /slots/],
  ['a password', JSON.stringify({ ...pull, coordinator: 'redis://:hunter2@host' }), /may have no password/],
  ['a hidden password', JSON.stringify({ ...pull, coordinator: 'redis://a:hunter2@h:x' }), /may have no password/],
  ['a tree without end', JSON.stringify({ ...pull, width: 1e9 }), /width/],
] as const)
  test(`a request that is ${name} is refused with the reason`, (t) => {
    const error = t.throws(() => decodeRequest(text), { message: says })
    t.is((error as { _tag?: string })._tag, 'RequestFormatError')
    t.false(error.message.includes('hunter2'))
    t.true(error.message.length < 500)
  })

test('a request larger than any is refused before it is parsed', (t) => {
  t.throws(() => decodeRequest('['.repeat(33 * 2 ** 20)), { message: /are the most it may have/ })
})

for (const [name, text, says] of [
  ['cut off', encodeAnswer(answer).slice(0, -20), /is no JSON/],
  ['empty', '', /it is empty/],
  ['a page', `<html>\u0007${'x'.repeat(9999)}`, /is no JSON: <html>\\u0007/],
  ['to another call', encodeAnswer({ ...answer, invocation: 'b' }), /is that to b, not to a1/],
  ['of fewer tasks', encodeAnswer({ ...answer, tasks: answer.tasks.slice(1) }), /does not speak of the tasks/],
  ['of other tasks', encodeAnswer({ ...answer, tasks: [...answer.tasks].reverse() }), /does not speak of the tasks/],
  ['of another version', JSON.stringify({ ...answer, version: 3 }), /version 3, and this release speaks 1/],
  ['half right', JSON.stringify({ ...answer, peakBytes: 'many' }), /peakBytes/],
] as const)
  test(`an answer that is ${name} counts as none`, (t) => {
    const error = t.throws(() => decodeAnswer(text, batch, 'request-7'))
    if (!(error instanceof InvocationError)) return t.fail(String(error))
    t.is(error.end, 'garbled')
    t.is(error.requestId, 'request-7')
    t.regex(error.message, says)
    return t.true(error.message.length < 500)
  })

test('what the function has against a request comes through', (t) => {
  const { tasks: _, events: __, ...rest } = answer
  const error = { tag: 'RequestFormatError', category: 'input', message: 'no' } as const
  const refused = { ...rest, kind: 'refused', invocation: '', error } as const
  t.deepEqual(decodeAnswer(encodeAnswer(refused), batch), refused)
})

test('an answer that is too large loses its latest events, and says how many', (t) => {
  const events: RunEvent[] = Array.from({ length: 100 }, (_, i) => ({
    type: 'tile',
    what: 'spilled',
    tile: `ü[${i}]`,
    bytes: 8,
    at: i,
  }))
  const whole = { ...answer, events }
  t.is(fitAnswer(whole, 2 ** 20), whole)
  const most = Math.floor(Buffer.byteLength(encodeAnswer(whole)) / 2)
  const fitted = fitAnswer(whole, most)
  t.true(Buffer.byteLength(encodeAnswer(fitted)) <= most)
  t.true(Buffer.byteLength(encodeAnswer(fitted)) > most - 200)
  t.deepEqual(fitted.events, events.slice(0, fitted.events.length))
  t.is(fitted.eventsDropped, 100 - fitted.events.length)
  t.is(fitAnswer(whole, 10).eventsDropped, 100)
})
