/** The one handler behind every door: a request in, an answer out. */

import {
  checkRequest,
  type FunctionAnswer,
  type FunctionRequest,
  fitAnswer,
  PROTOCOL_VERSION,
  RequestFormatError,
} from '../providers/index.ts'
import { toFailureRecord } from '../scheduler/index.ts'
import { peakMemoryBytes } from '../util/index.ts'
import { Batches } from './batch.ts'
import { pull } from './pull.ts'
import { Sandbox, type SandboxSize, sandboxSize } from './sandbox.ts'

/** What a door knows of one invocation. */
export interface InvocationLimits {
  /** Epoch milliseconds at which the platform ends it. @default what the function's own settings say */
  readonly deadlineMs?: number | undefined
  /** Bytes of JSON that an answer may have. */
  readonly answerBytes: number
}

/** Works on requests, one at a time: that is how the platforms call it, and what its size is meant for. */
export class Handler {
  readonly #size: SandboxSize
  readonly #sandbox = new Sandbox()
  readonly #batches = new Batches()
  readonly #end = new AbortController()
  #busy = false

  /** @throws InputError for settings of the function that make no sense */
  constructor(size: SandboxSize = sandboxSize()) {
    this.#size = size
    this.#sandbox.ready()
  }

  /** Whether a request is being worked on. */
  get isBusy(): boolean {
    return this.#busy
  }

  /** Gives back what does not compute yet, for the request under way and any other: the process is about to end. */
  end(): void {
    this.#end.abort()
  }

  /** @param value the request, as its JSON was parsed, or why that failed. What is wrong with it, or with the work, is in the answer. */
  async handle(value: unknown, { deadlineMs, answerBytes }: InvocationLimits): Promise<FunctionAnswer> {
    const receivedAt = now()
    const used = (): { readonly answeredAt: number; readonly peakBytes: number } => ({
      answeredAt: now(),
      peakBytes: peakMemoryBytes(),
    })
    let request: FunctionRequest
    try {
      if (this.#busy) throw new RequestFormatError('this process works on another request; it takes one at a time')
      if (value instanceof RequestFormatError) throw value
      request = checkRequest(value)
    } catch (error) {
      const sandbox = this.#sandbox.begin(this.#size)
      const refused = { version: PROTOCOL_VERSION, kind: 'refused', invocation: '' } as const
      return { ...refused, sandbox, receivedAt, error: toFailureRecord(error), ...used() }
    }
    const sandbox = this.#sandbox.begin(this.#shareFor(request))
    const common = { version: PROTOCOL_VERSION, sandbox, receivedAt } as const
    this.#busy = true
    try {
      const { invocation } = request
      const limits = {
        size: this.#size,
        deadlineMs: answerBy(deadlineMs ?? this.#ownDeadline(), receivedAt),
        signal: this.#end.signal,
      }
      if (request.kind === 'ping') return { ...common, kind: 'ping', invocation, ...used() }
      if (request.kind === 'pull') {
        const done = await pull(request, limits)
        return { ...common, kind: 'pull', invocation, ...done, ...used() }
      }
      const done = await this.#batches.work(request, limits)
      return fitAnswer({ ...common, kind: 'batch', invocation, ...done, ...used() }, answerBytes)
    } finally {
      this.#busy = false
    }
  }

  /** Lets go of everything. */
  close(): Promise<void> {
    return this.#batches.forget()
  }

  /** On this machine a process uses what its caller says, whatever there is. */
  #shareFor(request: FunctionRequest): SandboxSize {
    if (this.#size.provider !== 'local' || request.kind === 'ping') return this.#size
    const slots = Math.min(request.slots ?? this.#size.slots, this.#size.slots)
    return { ...this.#size, slots, vcpus: slots, memoryBytes: request.memoryBytes ?? this.#size.memoryBytes }
  }

  #ownDeadline(): number | undefined {
    const { timeoutMs } = this.#size
    return timeoutMs === undefined ? undefined : Date.now() + timeoutMs
  }
}

/** Of the time that an invocation has, this part is kept for its answer and for closing connections. */
const ANSWER_SHARE = 0.05
const LEAST_ANSWER_MS = 200
const MOST_ANSWER_MS = 3000

/** When the work must be over, so that the answer is out before the platform ends the invocation. */
function answerBy(deadlineMs: number | undefined, from: number): number | undefined {
  if (deadlineMs === undefined) return undefined
  const share = (deadlineMs - from) * ANSWER_SHARE
  return deadlineMs - Math.min(MOST_ANSWER_MS, Math.max(LEAST_ANSWER_MS, share))
}

/** Epoch milliseconds by the clock of the machine: a process that was frozen knows no other. */
function now(): number {
  return Date.now()
}
