/** The proxies do what they are asked to, no more. */

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { HttpFaultProxy } from '../helpers/servers/fault-proxy-http.ts'
import { RedisFaultProxy } from '../helpers/servers/fault-proxy-redis.ts'
import type { HttpFault } from '../helpers/servers/http-faults.ts'
import { RespCommands } from '../helpers/servers/resp-commands.ts'

const page = 'x'.repeat(10_000)

/** A server that counts what it sees and keeps digests of bodies; PUT answers the digest, GET a page. */
async function httpServer(t: ExecutionContext<unknown>) {
  const seen: string[] = []
  const server = http.createServer(async (request, response) => {
    const digest = createHash('sha1')
      .update(await text(request))
      .digest('hex')
    seen.push(`${request.method} ${request.url} ${digest}`)
    response.end(request.method === 'GET' ? page : digest)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as net.AddressInfo
  const proxy = await HttpFaultProxy.start({ target: `http://127.0.0.1:${port}` })
  t.teardown(() => proxy.close())
  return { seen, proxy }
}

test('without a fault an HTTP request passes as it is, and its reply is told', async (t) => {
  const { proxy, seen } = await httpServer(t)
  const reply = await fetch(`${proxy.url}/a?b=1`, { method: 'PUT', body: page })
  t.is(reply.status, 200)
  const digest = createHash('sha1').update(page).digest('hex')
  t.is(await reply.text(), digest)
  t.deepEqual(seen, [`PUT /a?b=1 ${digest}`])
  const head = await fetch(`${proxy.url}/a`, { method: 'HEAD' })
  t.is(head.status, 200)
})

const outcomes: Readonly<
  Record<HttpFault['kind'], { readonly fault: HttpFault; readonly method: 'GET' | 'PUT'; readonly served: number }>
> = {
  status: { fault: { kind: 'status', status: 503, retryAfter: 2 }, method: 'GET', served: 0 },
  reset: { fault: { kind: 'reset' }, method: 'PUT', served: 0 },
  stall: { fault: { kind: 'stall', ms: 50 }, method: 'GET', served: 0 },
  truncate: { fault: { kind: 'truncate' }, method: 'GET', served: 1 },
  short: { fault: { kind: 'short' }, method: 'GET', served: 1 },
  slow: { fault: { kind: 'slow', ms: 50 }, method: 'GET', served: 1 },
  'flip-reply': { fault: { kind: 'flip-reply' }, method: 'GET', served: 1 },
  'flip-request': { fault: { kind: 'flip-request' }, method: 'PUT', served: 1 },
  'lost-reply': { fault: { kind: 'lost-reply' }, method: 'PUT', served: 1 },
  duplicate: { fault: { kind: 'duplicate' }, method: 'PUT', served: 2 },
}

for (const [kind, { fault, method, served }] of Object.entries(outcomes)) {
  test(`HTTP ${kind}: once, then all is well again`, async (t) => {
    const { proxy, seen } = await httpServer(t)
    const armed = proxy.arm(fault, { matches: ({ path }) => path === '/hit' })
    const ask = async (path: string): Promise<string> => {
      const reply = await fetch(`${proxy.url}${path}`, method === 'PUT' ? { method, body: page } : { method })
      return `${reply.status} ${reply.headers.get('retry-after') ?? ''} ${await reply.text()}`
    }
    const good = await ask('/spared')
    t.is(armed.hits, 0)
    const hit = await ask('/hit').catch((error: unknown) => String(error))
    t.is(armed.hits, 1)
    t.is(seen.filter((request) => request.includes('/hit')).length, served)
    if (kind === 'slow' || kind === 'duplicate') t.is(hit, good)
    else t.not(hit, good)
    if (kind === 'status') t.regex(hit, /^503 2 .*SlowDown/s)
    if (kind === 'short') t.is(hit.length, good.length - page.length / 2)
    if (kind === 'flip-reply') t.is(hit.length, good.length)
    t.is(await ask('/hit'), good)
  })
}

/** A server that answers every command with its number, and lets a subscriber be told something. */
async function redisServer(t: ExecutionContext<unknown>) {
  const seen: string[] = []
  const sockets: net.Socket[] = []
  const server = net.createServer((socket) => {
    sockets.push(socket)
    const commands = new RespCommands()
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      for (const { name, bytes: whole } of commands.add(bytes)) {
        seen.push(name)
        socket.write(name === 'ECHO' ? whole.subarray(14) : `+${name}\r\n`)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as net.AddressInfo
  const proxy = await RedisFaultProxy.start({ host: '127.0.0.1', port })
  t.teardown(() => proxy.close())
  const connect = async () => {
    const socket = net.connect(Number(new URL(proxy.url).port), '127.0.0.1')
    t.teardown(() => socket.destroy())
    let heard = ''
    let isClosed = false
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      isClosed = true
    })
    await once(socket, 'connect')
    return {
      ask: (...words: readonly string[]) =>
        socket.write(`*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`),
      heard: () => heard,
      isClosed: () => isClosed,
    }
  }
  return { seen, sockets, proxy, connect }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2)
}

test('Redis: without a fault commands and replies pass in order, however they are cut up', async (t) => {
  const commands = new RespCommands()
  const sent = Buffer.from('*2\r\n$7\r\nEVALSHA\r\n$3\r\na\r\n\r\n*1\r\n$4\r\nping\r\n')
  const names = [...sent].flatMap((byte) => commands.add(Buffer.from([byte]))).map(({ name }) => name)
  t.deepEqual(names, ['EVALSHA', 'PING'])
  const { seen, connect, proxy } = await redisServer(t)
  const client = await connect()
  client.ask('PING')
  client.ask('EVALSHA', 'x'.repeat(100_000))
  await until(() => client.heard().includes('EVALSHA'))
  t.deepEqual(seen, ['PING', 'EVALSHA'])
  t.is(proxy.scripts, 1)
})

test('Redis reset: the command is not delivered; other commands are spared', async (t) => {
  const { seen, connect, proxy } = await redisServer(t)
  const armed = proxy.arm({ kind: 'reset' })
  const client = await connect()
  client.ask('PING')
  await until(() => client.heard() === '+PING\r\n')
  client.ask('EVALSHA')
  await until(client.isClosed)
  t.deepEqual(seen, ['PING'])
  t.is(armed.hits, 1)
})

test('Redis lost-reply: the command runs, its client hears a reset', async (t) => {
  const { seen, connect, proxy } = await redisServer(t)
  proxy.arm({ kind: 'lost-reply' })
  const client = await connect()
  client.ask('EVALSHA')
  await until(client.isClosed)
  t.is(seen[0], 'EVALSHA')
  t.is(client.heard(), '')
})

test('Redis stall and delay hold what follows, too', async (t) => {
  const { seen, connect, proxy } = await redisServer(t)
  proxy.arm({ kind: 'delay', ms: 20 })
  const client = await connect()
  client.ask('EVALSHA')
  client.ask('PING')
  await until(() => client.heard() === '+EVALSHA\r\n+PING\r\n')
  proxy.arm({ kind: 'stall', ms: 20 })
  client.ask('EVALSHA')
  client.ask('PING')
  await until(client.isClosed)
  t.deepEqual(seen, ['EVALSHA', 'PING'])
})

test('Redis duplicate: delivered once more after the greetings, heard once', async (t) => {
  const { seen, connect, proxy } = await redisServer(t)
  proxy.arm({ kind: 'duplicate', ms: 1 })
  const client = await connect()
  client.ask('AUTH', 'x')
  client.ask('EVALSHA')
  await until(() => seen.length === 4 && client.heard().includes('+EVALSHA'))
  t.deepEqual(seen, ['AUTH', 'EVALSHA', 'AUTH', 'EVALSHA'])
  t.is(client.heard(), '+AUTH\r\n+EVALSHA\r\n')
})

test('Redis lost-message: only what a subscriber is told', async (t) => {
  const { sockets, connect, proxy } = await redisServer(t)
  const armed = proxy.arm({ kind: 'lost-message' })
  const client = await connect()
  client.ask('SUBSCRIBE', 'c')
  await until(() => client.heard() !== '')
  sockets[0]?.write('*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\n1\r\n')
  await until(() => armed.hits === 1)
  sockets[0]?.write('*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\n2\r\n')
  await until(() => client.heard().endsWith('2\r\n'))
  t.false(client.heard().includes('\r\n1\r\n'))
})
