import type { Coordinator } from '../../src/scheduler/index.ts'

/** Calls that go another way; each is handed the coordinator itself. */
export type Interposed = {
  readonly [M in keyof Coordinator]?: (
    coordinator: Coordinator,
    ...args: Parameters<Coordinator[M]>
  ) => ReturnType<Coordinator[M]>
}

/** A real coordinator with something between it and its caller. */
export function interpose(coordinator: Coordinator, calls: Interposed): Coordinator {
  return new Proxy(coordinator, {
    get(target, name: keyof Coordinator) {
      const call = calls[name] as ((coordinator: Coordinator, ...args: unknown[]) => unknown) | undefined
      if (call === undefined) return (target[name] as (...args: unknown[]) => unknown).bind(target)
      return (...args: unknown[]) => call(target, ...args)
    },
  })
}
