import { InputError } from '../errors.ts'
import type { RunOptions } from './manifest.ts'

/** Checks what a caller wants of a run. @param isShared workers may come from elsewhere @throws InputError naming the option, its value and what is allowed */
export function checkOptions(
  { workers, slots, memoryBytes, durability, leaseMs = 1 }: RunOptions,
  isShared: boolean,
): void {
  for (const [name, value, least] of [
    ['workers', workers, isShared ? 0 : 1],
    ['slots', slots, 1],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      throw new InputError(`${name} must be a whole number from ${least}, not ${value}`)
  if (!(leaseMs > 0 && Number.isFinite(leaseMs)))
    throw new InputError(`leaseMs must be a number above 0, not ${leaseMs}`)
  if (!(memoryBytes > 0 && Number.isFinite(memoryBytes)))
    throw new InputError(`memoryBytes must be a number above 0, not ${memoryBytes}`)
  if (durability !== 'full' && durability !== 'outputs')
    throw new InputError(`durability must be full or outputs, not ${String(durability)}`)
}
