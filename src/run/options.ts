import { InputError } from '../errors.ts'
import type { RunOptions } from './manifest.ts'

/** Checks what a caller wants of a run. @throws InputError naming the option, its value and what is allowed */
export function checkOptions({ workers, slots, memoryBytes, durability }: RunOptions): void {
  for (const [name, value] of Object.entries({ workers, slots }))
    if (!Number.isInteger(value) || value < 1)
      throw new InputError(`${name} must be a whole number from 1, not ${value}`)
  if (!(memoryBytes > 0 && Number.isFinite(memoryBytes)))
    throw new InputError(`memoryBytes must be a number above 0, not ${memoryBytes}`)
  if (durability !== 'full' && durability !== 'outputs')
    throw new InputError(`durability must be full or outputs, not ${String(durability)}`)
}
