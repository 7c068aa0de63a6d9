/** Numbers of a comparison as its tables and pictures show them. */

/** Three significant digits, without an exponent. */
export function significant(value: number): string {
  if (value === 0) return '0'
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 })
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

/** In the largest binary unit that leaves at least 1. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10))
  return `${significant(value / 1024 ** power)} ${units[power]}`
}

/** US dollars; small amounts with three significant digits. */
export function dollars(value: number): string {
  return `$${significant(value)}`
}

/** The first characters tell digests apart. */
export function shortDigest(digest: string | undefined): string {
  return digest === undefined ? '' : digest.slice(0, 12)
}

/** The middle one of some values; between the two in the middle of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}

/** `repeat 2`, after the provider's label. */
export function runName(label: string, repeat: number): string {
  return `${label}, repeat ${repeat}`
}
