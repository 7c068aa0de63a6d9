import { InputError } from '../../errors.ts'
import type { WorkerGroupOptions } from '../provider.ts'

/** Checks what one process can give. @throws InputError naming the option, its value and what is allowed */
export function checkLocalOptions({ workers, slots, memoryBytes }: WorkerGroupOptions): void {
  if (!Number.isInteger(workers) || workers < 1)
    throw new InputError(`workers must be a whole number from 1, not ${workers}`)
  if (!Number.isInteger(slots) || slots < 1) throw new InputError(`slots must be a whole number from 1, not ${slots}`)
  if (!(memoryBytes > 0)) throw new InputError(`memoryBytes must be more than 0, not ${memoryBytes}`)
}
