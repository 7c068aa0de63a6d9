import { readdir, readFile } from 'node:fs/promises'

/** Processes of functions that a process (this one) has started, the oldest first. */
export async function functionProcesses(parent: number = process.pid): Promise<number[]> {
  const found: { readonly pid: number; readonly startedAt: number }[] = []
  for (const thread of await readdir(`/proc/${parent}/task`).catch(() => [])) {
    const children = await readFile(`/proc/${parent}/task/${thread}/children`, 'utf8').catch(() => '')
    for (const pid of children.split(' ').filter((text) => text !== '')) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // The 22nd field; those behind the name in brackets are counted from the third.
      const startedAt = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
      if (line.includes('src/function/main.ts')) found.push({ pid: Number(pid), startedAt })
    }
  }
  return found.sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid).map(({ pid }) => pid)
}
