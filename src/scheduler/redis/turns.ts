import { randomBytes, randomUUID } from 'node:crypto'
import { isNumpywrenError } from '../../errors.ts'
import { CoordinatorLostError } from '../errors.ts'
import type { RedisConnection } from './connection.ts'
import type { RunName } from './contract.ts'
import { epochKeys, wakeChannel } from './keys.ts'
import { parseTurnReply, type TurnReply } from './reply.ts'

/** What a turn carries out: kind, time (0 for that of the server), arguments; see lua/turn.lua. */
export type Operation = readonly [kind: string, at: number, ...args: readonly unknown[]]

/** An operation and who hears its result. */
export interface Call {
  readonly operation: Operation
  settle(result: unknown, reply: TurnReply): void
  fail(error: unknown): void
}

export interface TurnsOptions {
  readonly connection: RedisConnection
  readonly run: RunName
  readonly epoch: string
  /** The calls of a turn: those that were made since the last one, and those that go along with every turn. */
  readonly gather: (made: readonly Call[]) => readonly Call[]
  /** Hears of every reply, after the calls were settled. */
  readonly onReply: (reply: TurnReply) => void
  /** Hears of every turn that failed. */
  readonly onFailure: (error: unknown) => void
}

interface Turn {
  readonly text: string
  readonly calls: readonly Call[]
}

/**
 * All calls of one client, gathered while a turn is under way and sent together in the next: one round trip whatever their
 * number, in one order. Each turn has a number, so that one whose reply was lost can come again and counts once. A turn that
 * failed stays the next to be sent: nobody knows whether it was carried out, and its number is used up.
 */
export class Turns {
  readonly session: string = randomUUID()
  readonly #options: TurnsOptions
  readonly #keys: readonly string[]
  readonly #channel: string
  readonly #closing = new AbortController()
  #calls: Call[] = []
  #isWanted = false
  #running: Promise<void> | undefined
  #number = 0
  #unanswered: Turn | undefined
  #lost: unknown

  constructor(options: TurnsOptions) {
    this.#options = options
    this.#keys = epochKeys(options.run)
    this.#channel = wakeChannel(options.run)
  }

  /** Turns sent so far, those sent again not counted. */
  get count(): number {
    return this.#number
  }

  /** The error after which no turn can succeed any more. */
  get lost(): unknown {
    return this.#lost
  }

  /** Puts a call into the next turn. */
  add(call: Call): void {
    if (this.#lost !== undefined) {
      call.fail(this.#lost)
      return
    }
    this.#calls.push(call)
    this.want()
  }

  /** Sees that there is a next turn, be it for the standing calls alone. */
  want(): void {
    if (this.#lost !== undefined) return
    this.#isWanted = true
    this.#running ??= this.#run()
  }

  /** No turn is sent any more, nor sent again. */
  async close(): Promise<void> {
    this.#closing.abort(
      new CoordinatorLostError(this.#options.run.runId, this.#options.epoch, 'this client was closed'),
    )
    await this.#running
    this.#lost ??= this.#closing.signal.reason
  }

  async #run(): Promise<void> {
    while (this.#isWanted && this.#lost === undefined) {
      // What other callbacks of this round have to say goes along.
      await new Promise(setImmediate)
      if (this.#unanswered === undefined) this.#unanswered = this.#next()
      else await this.#send(this.#unanswered)
      if (this.#unanswered !== undefined) await this.#send(this.#unanswered)
    }
    this.#running = undefined
  }

  #next(): Turn | undefined {
    this.#isWanted = false
    const made = this.#calls
    this.#calls = []
    const calls = this.#options.gather(made)
    if (calls.length === 0) return undefined
    const text = JSON.stringify({
      epoch: this.#options.epoch,
      session: this.session,
      number: ++this.#number,
      nonce: randomBytes(9).toString('base64url'),
      ops: calls.map(({ operation }) => operation),
    })
    return { text, calls }
  }

  async #send(turn: Turn): Promise<void> {
    const { connection, onReply, onFailure } = this.#options
    try {
      const answer = await connection.call(
        (client) => client.npwTurn(...this.#keys, this.#channel, turn.text),
        this.#closing.signal,
      )
      const reply = this.#understand(answer)
      this.#unanswered = undefined
      for (const [i, call] of turn.calls.entries()) settle(call, reply.results[i], reply)
      onReply(reply)
    } catch (error) {
      const failure = this.#lostBy(error)
      for (const call of [...turn.calls, ...this.#calls]) call.fail(failure)
      this.#calls = []
      this.#isWanted = false
      onFailure(failure)
    }
  }

  /** Notes an error after which no turn can succeed. */
  #lostBy(error: unknown): unknown {
    const { run, epoch } = this.#options
    const lost = isNumpywrenError(error, 'DamagedStateError')
      ? new CoordinatorLostError(run.runId, epoch, error.message, { cause: error })
      : error
    if (isNumpywrenError(lost, 'CoordinatorLostError')) this.#lost = lost
    return lost
  }

  #understand(answer: unknown): TurnReply {
    const text = String(answer)
    const { run, epoch } = this.#options
    if (text.startsWith('!epoch'))
      throw new CoordinatorLostError(run.runId, epoch, `epoch ${text.slice(7)} took its place`)
    if (text === '!gone')
      throw new CoordinatorLostError(
        run.runId,
        epoch,
        'Redis does not know it any more: it was flushed, restarted without its data, or has dropped keys',
      )
    if (text.startsWith('!')) throw new CoordinatorLostError(run.runId, epoch, 'Redis came back with an older state')
    return parseTurnReply(text)
  }
}

function settle(call: Call, result: unknown, reply: TurnReply): void {
  try {
    call.settle(result, reply)
  } catch (error) {
    call.fail(error)
  }
}
