/** Money of a comparison: what is from an emulation is never called a bill. */

import type { ComparedProvider } from './compare-data.ts'
import { dollars, significant } from './compare-format.ts'
import type { ReportTable } from './compare-rows.ts'

export function moneyTable(providers: readonly ComparedProvider[]): ReportTable {
  const dates = providers.flatMap(({ label, prices }) =>
    prices.map(({ what, source, asOf, region }) => `${label}: ${what} in ${region} as of ${asOf} (${source}).`),
  )
  return {
    title: 'Money, item by item',
    header: ['provider', 'repeat', 'item', 'quantity', 'unit', 'price of one', 'amount', 'basis'],
    rows: providers.flatMap((provider) =>
      provider.runs.flatMap(({ repeat, measures: { money } }) => [
        ...money.items.map((item) => [
          provider.label,
          repeat,
          item.item,
          significant(item.quantity),
          item.unit,
          dollars(item.unitPrice),
          dollars(item.amount),
          basisOf(provider),
        ]),
        [provider.label, repeat, 'total', '', '', '', dollars(money.total), basisOf(provider)],
      ]),
    ),
    notes: ['List prices without free tiers; transfer and storage are not counted.', ...dates],
  }
}

/** An emulated provider bills nothing: what it would cost if the cloud took the same time. */
export function moneyOf(provider: ComparedProvider, amount: number): string {
  return isEmulated(provider) ? `${dollars(amount)} (from the emulation's times)` : dollars(amount)
}

function basisOf(provider: ComparedProvider): string {
  if (provider.prices.length === 0) return 'nothing is paid for'
  return isEmulated(provider) ? "the emulation's times at the cloud's prices: nobody's bill" : 'list prices'
}

function isEmulated({ emulatedBy, storeEmulatedBy }: ComparedProvider): boolean {
  return emulatedBy !== undefined || storeEmulatedBy !== undefined
}
