import { isNumpywrenError } from '../../errors.ts'
import { administrationError, isStatus } from './errors.ts'

/** A call of the administration, for messages. */
export interface Asking {
  /** As in `create the service worker`. */
  readonly doing: string
  /** That allows it. */
  readonly role: string
  readonly signal?: AbortSignal | undefined
}

/** Makes one call. @throws AccessDeniedError, InputError, DeployError and the like; the signal's reason */
export async function asking<T>({ doing, role, signal }: Asking, call: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted()
  try {
    return await call()
  } catch (error) {
    signal?.throwIfAborted()
    throw isNumpywrenError(error) ? error : administrationError(error, doing, role)
  }
}

/** As {@link asking}, with `undefined` for what is not there. */
export function looking<T>(about: Asking, call: () => Promise<T>): Promise<T | undefined> {
  return asking(about, async () => {
    try {
      return await call()
    } catch (error) {
      if (isStatus(error, 404)) return undefined
      throw error
    }
  })
}
