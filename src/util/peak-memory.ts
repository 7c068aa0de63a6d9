import { readFileSync } from 'node:fs'

/**
 * Most memory that this process has had resident since its program was started, in bytes. The kernel's figure of the
 * address space (VmHWM) where there is one: getrusage's counts the process that it was forked from, too, so a small
 * child of a large parent would report the parent's peak.
 */
export function peakMemoryBytes(): number {
  try {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]
    if (kib !== undefined) return Number(kib) * 1024
  } catch {
    // no /proc here: macOS, or a sandbox that hides it
  }
  return process.resourceUsage().maxRSS * 1024
}
