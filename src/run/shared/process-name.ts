import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'

/** A name for this process that no other has, here or on another machine, and that may stand in keys: `host-4711-1f0c2a`. */
export function processName(): string {
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 40)
  return `${host}-${process.pid}-${randomBytes(3).toString('hex')}`
}
