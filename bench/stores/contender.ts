import type { Teardown } from '../../test/helpers/servers/start-server.ts'

/** A way to put objects into a service and to get them. */
export interface Contender {
  readonly name: string
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Reads the whole object. @returns its bytes */
  get(key: string): Promise<Uint8Array>
}

/** Our store and the bare calls of the SDK under it, both at one server. */
export interface Match {
  readonly name: string
  start(
    scope: Teardown,
    concurrency: number,
  ): Promise<{ readonly ours: Contender; readonly bare: readonly Contender[] }>
}
