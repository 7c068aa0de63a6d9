/** A disk without room. */

import { fillDisk } from '../store-site.ts'
import type { Fault } from './fault.ts'

export const diskFaults: readonly Fault[] = [
  {
    kind: 'disk of the store full',
    group: 'disk',
    fits: ({ hasDisk }) => hasDisk,
    async cause({ site, lift, note }) {
      if (site.disk === undefined) return 0
      lift(await fillDisk(site.disk))
      note('disk filled')
      return 1
    },
  },
]
