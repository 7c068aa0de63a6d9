import type { Agreement, AgreementGroup, ComparedProvider } from '../report/index.ts'

/** Runs whose results have the same bits. @returns in the order in which they first came out */
export function groupsOf(providers: readonly ComparedProvider[]): AgreementGroup[] {
  const groups = new Map<string, { runs: string[]; coreTypes: Set<string> }>()
  for (const { label, runs } of providers) {
    for (const { digest, repeat, coreTypes } of runs) {
      if (digest === undefined) continue
      const group = groups.get(digest) ?? { runs: [], coreTypes: new Set() }
      groups.set(digest, group)
      group.runs.push(`${label}, repeat ${repeat}`)
      for (const coreType of coreTypes) group.coreTypes.add(coreType)
    }
  }
  return [...groups].map(([digest, { runs, coreTypes }]) => ({ digest, runs, coreTypes: [...coreTypes].sort() }))
}

/** What the groups mean. */
export function agreementOf(groups: readonly AgreementGroup[]): Agreement {
  const runs = groups.reduce((sum, group) => sum + group.runs.length, 0)
  if (runs < 2)
    return {
      state: 'nothing to compare',
      text: 'Fewer than two runs gave a result: there is nothing to compare.',
      groups,
    }
  if (groups.length === 1) {
    return { state: 'same', text: `All ${runs} results are bitwise the same.`, groups }
  }
  const kinds = new Set(groups.map(({ coreTypes }) => coreTypes.join()))
  const why =
    kinds.size === groups.length
      ? 'The kernels were those of different core types, which round differently; OPENBLAS_CORETYPE pins one.'
      : 'The core types do not explain it.'
  return {
    state: 'different',
    text: `The results differ in their bits: ${groups.length} kinds in ${runs} runs. ${why}`,
    groups,
  }
}
