/** A proxy before one Redis server that causes, on demand, what a network does to commands and replies. */

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import net, { type Socket } from 'node:net'
import { type ArmedFault, ArmedFaults, type ArmOptions } from './armed-faults.ts'
import { type RespCommand, RespCommands } from './resp-commands.ts'

/** What happens to one command, or to the connection it comes on. */
export type RedisFault =
  /** The connection is reset before the server sees the command. */
  | { readonly kind: 'reset' }
  /** The command runs, its reply is dropped and the connection reset. */
  | { readonly kind: 'lost-reply' }
  /** Neither this command nor what follows on its connection is delivered; reset after `ms`, should the client wait so long. */
  | { readonly kind: 'stall'; readonly ms: number }
  /** This command and what follows on its connection is held for `ms`. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The command is delivered again, `ms` later on a connection of its own whose replies nobody hears. */
  | { readonly kind: 'duplicate'; readonly ms: number }
  /** What comes next on a connection that has subscribed is dropped: a message that is lost. */
  | { readonly kind: 'lost-message' }

/** Commands that change the state of a run. */
const SCRIPTS = new Set(['EVALSHA', 'EVAL', 'FCALL'])
/** Commands that a connection needs before others are accepted. */
const GREETINGS = new Set(['AUTH', 'HELLO', 'SELECT'])
const SUBSCRIPTIONS = new Set(['SUBSCRIBE', 'SSUBSCRIBE', 'PSUBSCRIBE'])

export class RedisFaultProxy {
  readonly #target: { readonly host: string; readonly port: number }
  readonly #server: net.Server
  readonly #sockets = new Set<Socket>()
  readonly #armed = new ArmedFaults<RedisFault, void>()
  #port = 0
  #scripts = 0

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target
    this.#server = net.createServer((client) => new Connection(client, this.#connect(), this))
    this.#server.on('connection', (socket) => this.#keep(socket))
  }

  /** Listens on a free loopback port. */
  static async start(target: { readonly host: string; readonly port: number }): Promise<RedisFaultProxy> {
    const proxy = new RedisFaultProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    const address = proxy.#server.address()
    if (typeof address === 'object' && address !== null) proxy.#port = address.port
    return proxy
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  /** Scripts that clients have called so far. */
  get scripts(): number {
    return this.#scripts
  }

  /** Lets the next `count` calls of a script (or messages) for which `matches` holds suffer the fault; of several armed, the oldest takes one. */
  arm(fault: RedisFault, options: ArmOptions<void> = {}): ArmedFault {
    return this.#armed.arm(fault, options)
  }

  disarmAll(): void {
    this.#armed.disarmAll()
  }

  /** Resets every connection there is. */
  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server, 'close')
  }

  /** @internal The fault for a command, which it uses up. */
  faultFor({ name }: RespCommand): RedisFault | undefined {
    if (!SCRIPTS.has(name)) return undefined
    this.#scripts++
    return this.#armed.take(undefined, ({ kind }) => kind !== 'lost-message')
  }

  /** @internal True when a message is to be lost. */
  losesMessage(): boolean {
    return this.#armed.take(undefined, ({ kind }) => kind === 'lost-message') !== undefined
  }

  /** @internal Delivers a command once more, after what its connection began with. */
  deliverAgain(command: RespCommand, greetings: readonly Buffer[], ms: number): void {
    setTimeout(() => {
      const socket = this.#connect()
      socket.on('data', () => undefined)
      socket.write(Buffer.concat([...greetings, command.bytes]))
      setTimeout(() => socket.end(), 1000).unref()
    }, ms).unref()
  }

  #connect(): Socket {
    const socket = net.connect(this.#target)
    this.#keep(socket)
    return socket
  }

  #keep(socket: Socket): void {
    socket.setNoDelay(true)
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A server that is down or a client that went away is what this proxy is for.
    socket.on('error', () => socket.destroy())
  }
}

/** One client's connection and the one to the server behind it. */
class Connection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #proxy: RedisFaultProxy
  readonly #commands = new RespCommands()
  readonly #greetings: Buffer[] = []
  /** Commands that are held back, in order. */
  #held: RespCommand[] | undefined
  #isSubscriber = false
  /** Replies are dropped until this text comes back, then the connection is reset. */
  #lastWords: string | undefined

  constructor(client: Socket, server: Socket, proxy: RedisFaultProxy) {
    this.#client = client
    this.#server = server
    this.#proxy = proxy
    client.on('data', (bytes: Buffer) => {
      for (const command of this.#commands.add(bytes)) this.#take(command)
    })
    server.on('data', (bytes: Buffer) => this.#answer(bytes))
    client.on('close', () => server.destroy())
    // As the kernel does when a server is killed: its clients see a reset.
    server.on('close', () => client.resetAndDestroy())
  }

  #take(command: RespCommand): void {
    if (this.#held) this.#held.push(command)
    else this.#deliver(command)
  }

  #deliver(command: RespCommand): void {
    if (GREETINGS.has(command.name)) this.#greetings.push(command.bytes)
    if (SUBSCRIPTIONS.has(command.name)) this.#isSubscriber = true
    const fault = this.#proxy.faultFor(command)
    switch (fault?.kind) {
      case 'reset':
        this.#reset()
        return
      case 'stall':
        this.#held = []
        setTimeout(() => this.#reset(), fault.ms).unref()
        return
      case 'delay':
        this.#held = []
        setTimeout(() => this.#release(command), fault.ms).unref()
        return
      case 'lost-reply': {
        this.#lastWords = randomUUID()
        this.#server.write(command.bytes)
        this.#server.write(`*2\r\n$4\r\nECHO\r\n$${this.#lastWords.length}\r\n${this.#lastWords}\r\n`)
        return
      }
      case 'duplicate':
        this.#proxy.deliverAgain(command, this.#greetings, fault.ms)
    }
    this.#server.write(command.bytes)
  }

  #release(first: RespCommand): void {
    const held = this.#held ?? []
    this.#held = undefined
    this.#server.write(first.bytes)
    for (const command of held) this.#take(command)
  }

  #answer(bytes: Buffer): void {
    if (this.#lastWords !== undefined) {
      if (bytes.includes(this.#lastWords)) this.#reset()
      return
    }
    if (this.#isSubscriber && bytes.includes('message') && this.#proxy.losesMessage()) return
    this.#client.write(bytes)
  }

  #reset(): void {
    this.#client.resetAndDestroy()
    this.#server.destroy()
  }
}
