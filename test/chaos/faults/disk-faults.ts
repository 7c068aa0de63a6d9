/** A disk without room. */

import { fillDisk } from '../store-site.ts'
import type { Fault } from './fault.ts'

export const diskFaults: readonly Fault[] = [
  {
    kind: 'disk of the store full',
    group: 'disk',
    // The server for gs:// answers 500 then, as if it would pass: a store that is down for minutes, not one that is full.
    fits: ({ hasDisk, store }) => hasDisk && store !== 'gs',
    async cause({ site, lift, note }) {
      if (site.disk === undefined) return 0
      lift(await fillDisk(site.disk))
      note('disk filled')
      return 1
    },
  },
]
