import type { CostItem } from './function/index.ts'

/** US dollars of all items. */
export function totalOf(items: readonly CostItem[]): number {
  return items.reduce((sum, { amount }) => sum + amount, 0)
}

/** Items of several bills on one: what is charged at the same price for the same thing is added up. */
export function addCosts(...bills: readonly (readonly CostItem[])[]): readonly CostItem[] {
  const added = new Map<string, CostItem>()
  for (const one of bills.flat()) {
    const key = `${one.item} ${one.unit} ${one.unitPrice}`
    const before = added.get(key)
    const quantity = one.quantity + (before?.quantity ?? 0)
    added.set(key, { ...one, quantity, amount: one.amount + (before?.amount ?? 0) })
  }
  return [...added.values()]
}
