/** Values that users write on the command line, parsed; a bad one is an InputError that names it and what is allowed. */

import { InvalidArgumentError } from 'commander'

/** `4GiB`, `512MiB`, `2e9`, `1.5G` -> bytes. Decimal and binary units as GNU tools read them. */
export function parseMemory(text: string): number {
  const match = /^(\d+(?:\.\d+)?(?:e\d+)?)\s*(?:([kmgt])(i?b)?|b)?$/i.exec(text.trim())
  if (!match) throw new InvalidArgumentError(`wanted a size such as 4GiB or 512MiB, found '${text}'.`)
  const [, digits = '', unit, suffix] = match
  const base = suffix?.toLowerCase() === 'b' ? 1000 : 1024
  const power = unit === undefined ? 0 : 'kmgt'.indexOf(unit.toLowerCase()) + 1
  const bytes = Math.floor(Number(digits) * base ** power)
  if (!(bytes > 0)) throw new InvalidArgumentError(`wanted a size above zero, found '${text}'.`)
  return bytes
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 7 * 86400e3 }

/** `90s`, `30m`, `12h`, `7d`, `2w` -> milliseconds. */
export function parseDuration(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? []
  const durationMs = Number(digits) * (unitsMs[unit.toLowerCase()] ?? Number.NaN)
  if (!Number.isFinite(durationMs))
    throw new InvalidArgumentError(`wanted a time such as 90s, 12h or 7d, found '${text}'.`)
  return durationMs
}

/** `8192x4096` -> [8192, 4096]; `1797` -> [1797]. */
export function parseExtents(text: string): readonly number[] {
  const parts = text.split(/[x,]/i)
  const extents = parts.map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : Number.NaN))
  if (extents.some((extent) => !Number.isSafeInteger(extent) || extent < 1)) {
    throw new InvalidArgumentError(`wanted positive whole numbers such as 1024 or 1024x256, found '${text}'.`)
  }
  return extents
}

/** A time: seconds, or a duration such as 2m. -> ms */
export function parseSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN
  if (Number.isFinite(seconds)) return seconds * 1000
  return parseDuration(text)
}

/** A moment: an ISO time such as 2026-11-23T18:00:00Z, or so long from now. -> epoch ms */
export function parseMoment(text: string): number {
  const at = /^\d{4}-/.test(text) ? Date.parse(text) : Date.now() + parseSeconds(text)
  if (!Number.isFinite(at)) {
    throw new InvalidArgumentError(`wanted seconds from now or a time such as 2026-11-23T18:00:00Z, found '${text}'.`)
  }
  return at
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`wanted a whole number of at least ${least}, found '${text}'.`)
    }
    return value
  }
}

/** A finite number. */
export function finiteNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new InvalidArgumentError(`wanted a number, found '${text}'.`)
  return value
}

/** Collects repeated `NAME=VALUE` options into a record. */
export function assignments<T>(
  parse: (text: string) => T,
): (text: string, previous: Record<string, T>) => Record<string, T> {
  return (text, previous) => {
    const at = text.indexOf('=')
    const name = text.slice(0, at).trim()
    if (at < 1 || name === '') throw new InvalidArgumentError(`wanted NAME=VALUE, found '${text}'.`)
    if (name in previous) throw new InvalidArgumentError(`${name} is given twice.`)
    return { ...previous, [name]: parse(text.slice(at + 1)) }
  }
}
