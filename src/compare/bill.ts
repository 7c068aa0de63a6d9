import type { RunStatistics } from '../events/index.ts'
import { addCosts, type PricedCloud, type ProviderFacts, storeCosts, storePrices, totalOf } from '../providers/index.ts'
import type { Money, PriceBasis } from '../report/index.ts'

/** What a bill is made from: the platform's facts (none for workers of this machine) and whose requests the store's are. */
export interface Billing {
  readonly facts?: ProviderFacts | undefined
  readonly architecture: 'x86_64' | 'arm64'
  readonly cloud?: PricedCloud | undefined
}

/** The cloud whose prices the requests of a store have, even where something stands in for it. */
export function cloudOf(storeUrl: string): PricedCloud | undefined {
  if (storeUrl.startsWith('s3://')) return 'aws'
  return storeUrl.startsWith('gs://') ? 'gcp' : undefined
}

/** What a run would cost at list prices. */
export function moneyOf(used: RunStatistics, { facts, architecture, cloud }: Billing): Money {
  const bills = [
    ...(facts === undefined ? [] : [facts.costOf(used, architecture)]),
    ...(cloud === undefined ? [] : [storeCosts(cloud, used)]),
  ]
  const items = addCosts(...bills).filter(({ quantity }) => quantity > 0)
  return { items, total: totalOf(items) }
}

/** Where these prices were read, and when. */
export function priceBasis({ facts, architecture, cloud }: Billing): readonly PriceBasis[] {
  const isPaid = facts !== undefined && facts.costOf(ONE_SECOND, architecture).length > 0
  return [
    ...(isPaid ? [basis('compute', facts.prices)] : []),
    ...(cloud === undefined ? [] : [basis('store requests', storePrices[cloud])]),
  ]
}

const ONE_SECOND = { invocations: 1, billedMs: 1000, gibSeconds: 1, vcpuSeconds: 1 }

function basis(
  what: PriceBasis['what'],
  { source, asOf, region }: { readonly source: string; readonly asOf: string; readonly region: string },
): PriceBasis {
  return { what, source, asOf, region }
}
