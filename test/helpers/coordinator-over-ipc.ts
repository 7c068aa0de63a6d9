import type { ChildProcess } from 'node:child_process'
import type { Coordinator, LeaseOptions } from '../../src/scheduler/index.ts'

/** A call of a coordinator's method on its way to the parent, and the answer on its way back. */
interface Call {
  readonly kind: 'call'
  readonly id: number
  readonly method: keyof Coordinator
  readonly args: unknown[]
}

interface Answer {
  readonly kind: 'answer'
  readonly id: number
  readonly result: unknown
}

/** Answers a child's calls from a coordinator of this process. @param onCall is waited for before the call is passed on and told how to answer after it */
export function serveCoordinator(
  child: ChildProcess,
  coordinator: Coordinator,
  onCall: (method: keyof Coordinator, pass: () => Promise<unknown>) => Promise<unknown>,
): void {
  child.on('message', async (message: Call) => {
    if (message.kind !== 'call') return
    const { id, method, args } = message
    const call = coordinator[method] as (...args: unknown[]) => Promise<unknown>
    const result = await onCall(method, () => call.apply(coordinator, args))
    if (child.connected) child.send({ kind: 'answer', id, result } satisfies Answer)
  })
}

/** The coordinator of the parent process. */
export function parentCoordinator(): Coordinator {
  const answers = new Map<number, (result: unknown) => void>()
  let calls = 0
  process.on('message', (message: Answer) => {
    if (message.kind !== 'answer') return
    answers.get(message.id)?.(message.result)
    answers.delete(message.id)
  })
  const call = (method: keyof Coordinator, args: unknown[]): Promise<unknown> =>
    new Promise((resolve) => {
      const id = ++calls
      answers.set(id, resolve)
      process.send?.({ kind: 'call', id, method, args } satisfies Call)
    })
  const whileWanted = (signal: AbortSignal | undefined, otherwise: unknown, result: Promise<unknown>) =>
    Promise.race([
      result,
      new Promise((resolve) => signal?.addEventListener('abort', () => resolve(otherwise), { once: true })),
    ])
  return new Proxy({} as Coordinator, {
    get: (_, method: keyof Coordinator) => (first: unknown, second: unknown, third: unknown) => {
      if (method === 'finished') {
        const { signal } = first as { readonly signal?: AbortSignal }
        return whileWanted(signal, { state: 'running' }, call(method, []))
      }
      if (method !== 'lease') return call(method, [first, second, third])
      const { signal, ...options } = second as LeaseOptions
      return whileWanted(signal, [], call(method, [first, options]))
    },
  })
}
