import type { Lease } from '../coordinator.ts'
import { checkValue, type LeaseReply, leasesReply, type TurnReply } from './reply.ts'
import type { Call, Operation } from './turns.ts'
import { type LeaseRequest, WaitingLease } from './waiting.ts'

interface DeskOptions {
  readonly toLease: (reply: LeaseReply, turn: TurnReply) => Lease
  /** Gives back what was granted to a call that nobody waits for any more. */
  readonly giveBack: (worker: string, leases: readonly Lease[]) => void
}

/** The `lease` calls of a client that have no answer yet; they go along with every turn. */
export class LeaseDesk {
  readonly #options: DeskOptions
  readonly #waiting = new Set<WaitingLease>()
  #wakeAt = 0

  constructor(options: DeskOptions) {
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  add(request: LeaseRequest): WaitingLease {
    const waiting = new WaitingLease(request)
    this.#waiting.add(waiting)
    return waiting
  }

  /** The next turn is for what falls due at this time, by the clock of a test; 0 for the server's time. */
  wakeAt(at: number): void {
    this.#wakeAt = this.#wakeAt === 0 ? at : Math.min(this.#wakeAt, at)
  }

  /**
   * A turn: what changes something, then calls that want work, then those that look. Among those that want work, those of workers
   * that complete something in this turn come first: they have the operands of what becomes ready.
   */
  gather(made: readonly Call[]): Call[] {
    for (const waiting of this.#waiting) if (!waiting.isOpen) this.#waiting.delete(waiting)
    const changing = made.filter(({ operation }) => !looks(operation))
    const completing = new Set<unknown>()
    let latest = 0
    for (const { operation } of changing) {
      if (operation[0] === 'complete') completing.add(operation[2])
      latest = Math.max(latest, operation[1])
    }
    const at = this.#wakeAt === 0 ? latest : this.#wakeAt
    this.#wakeAt = 0
    const all = [...this.#waiting]
    const first = all.filter(({ worker }) => completing.has(worker))
    const others = all.filter(({ worker }) => !completing.has(worker))
    const calls = [
      ...changing,
      ...[...first, ...others].map((waiting) => this.#call(waiting, waiting.nextAt(at))),
      ...made.filter(({ operation }) => looks(operation)),
    ]
    // By the clock of a test: what is due earlier comes earlier.
    return calls.sort((a, b) => a.operation[1] - b.operation[1])
  }

  /** Sends everybody away. */
  settleAll(): void {
    for (const waiting of this.#waiting) waiting.settle([])
    this.#waiting.clear()
  }

  failAll(error: unknown): void {
    for (const waiting of this.#waiting) waiting.fail(error)
    this.#waiting.clear()
  }

  #call(waiting: WaitingLease, at: number): Call {
    const { worker, count, prefer, waits } = waiting
    return {
      operation: ['lease', at, worker, count, prefer, waits ? 1 : 0],
      settle: (result, reply) => {
        const leases = checkValue(leasesReply, result, 'a reply').map((lease) => this.#options.toLease(lease, reply))
        if (!waiting.isOpen) {
          if (leases.length > 0) this.#options.giveBack(worker, leases)
        } else if (leases.length > 0 || !waits || reply.outcome !== '') {
          waiting.settle(leases)
          this.#waiting.delete(waiting)
        }
      },
      fail: (error) => {
        waiting.fail(error)
        this.#waiting.delete(waiting)
      },
    }
  }
}

/** True for an operation that changes nothing. */
function looks([kind]: Operation): boolean {
  return kind === 'counts' || kind === 'look'
}
