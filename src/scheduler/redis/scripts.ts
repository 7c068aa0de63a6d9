import { readFileSync } from 'node:fs'

/** The scripts that clients call, each the concatenation of files in lua/; what a file needs stands before it. */
const sources = {
  npwTurn: ['shared', 'expire', 'lease', 'renew', 'complete', 'fail', 'release', 'cancel', 'counts', 'turn'],
  npwOpen: ['shared', 'open'],
  npwLoad: ['shared', 'load'],
  npwClose: ['shared', 'close'],
  npwRole: ['role'],
} as const

export type ScriptName = keyof typeof sources

/** Script texts and how many keys they take, as ioredis wants them. */
export function loadScripts(): Record<ScriptName, { readonly lua: string; readonly numberOfKeys: number }> {
  const script = (name: ScriptName): { readonly lua: string; readonly numberOfKeys: number } => ({
    lua: sources[name].map((file) => readFileSync(new URL(`lua/${file}.lua`, import.meta.url), 'utf8')).join('\n'),
    numberOfKeys: name === 'npwRole' ? 1 : 6,
  })
  return {
    npwTurn: script('npwTurn'),
    npwOpen: script('npwOpen'),
    npwLoad: script('npwLoad'),
    npwClose: script('npwClose'),
    npwRole: script('npwRole'),
  }
}
