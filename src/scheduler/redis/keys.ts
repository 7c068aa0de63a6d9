import { createHash } from 'node:crypto'
import type { RunName } from './contract.ts'

/** The hash that lists the open runs of all stores. */
export const registryKey = 'npw:runs'

/** `1f0c...:run`, the same on every machine: the part of a run's keys in braces, so that a cluster keeps them together. */
export function runTag({ storeUrl, runId }: RunName): string {
  const store = createHash('sha256').update(storeUrl).digest('hex').slice(0, 12)
  return `${store}:${runId}`
}

/** The keys of a run's epoch in the order of KEYS in the scripts; see lua/shared.lua. */
export function epochKeys(run: RunName): string[] {
  return ['state', 'ready', 'due', 'grants', 'waiters', 'sessions'].map((name) => `npw:{${runTag(run)}}:${name}`)
}

export function driverKey(run: RunName): string {
  return `npw:{${runTag(run)}}:driver`
}

/** The channel on which clients are woken. */
export function wakeChannel(run: RunName): string {
  return `npw:{${runTag(run)}}:wake`
}
