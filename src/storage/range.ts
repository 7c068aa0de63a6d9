import type { GetOptions } from './store.ts'

/** First byte and length that a range means in an object of `size` bytes; what reaches past the end is cut off. */
export function resolveRange(range: GetOptions['range'], size: number): { offset: number; length: number } {
  if (range === undefined) return { offset: 0, length: size }
  if ('suffix' in range) {
    const length = Math.min(range.suffix, size)
    return { offset: size - length, length }
  }
  const offset = Math.min(range.offset, size)
  return { offset, length: Math.min(range.length, size - offset) }
}
