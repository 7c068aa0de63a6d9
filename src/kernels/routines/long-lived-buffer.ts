import { callNativeSync } from '../native.ts'

/**
 * A zeroed buffer that its owner will keep. V8 is told not to collect garbage on its account: it would walk the whole heap for
 * every few tiles. Pair it with {@link releaseLongLivedBuffers}.
 */
export function longLivedBuffer(bytes: number): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes)
  callNativeSync((addon) => addon.adjustExternalMemory(-bytes))
  return buffer
}

/** Lets V8 count buffers of so many bytes again, so that they are collected; the caller drops them. */
export function releaseLongLivedBuffers(bytes: number): void {
  callNativeSync((addon) => addon.adjustExternalMemory(bytes))
}
