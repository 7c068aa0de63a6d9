// The weekly record of atmospheric CO2 at Mauna Loa: Keeling and Whorf, Scripps Institution of Oceanography (2004), public domain.

import { readFile } from 'node:fs/promises'

export interface Observation {
  /** In years: 1958.24 is the end of March 1958. */
  readonly year: number
  /** Parts per million by volume. */
  readonly ppm: number
}

const msPerYear = 365.2425 * 24 * 3600 * 1000

/** 2,225 weekly means, March 1958 to December 2001; weeks without a measurement are left out. */
export async function co2Record(): Promise<Observation[]> {
  const text = await readFile(new URL('mauna-loa-co2.csv', import.meta.url), 'utf8')
  const [, ...lines] = text.trim().split('\n') // the first line is the heading: date,ppm
  return lines.map((line) => {
    const [date = '', ppm] = line.split(',')
    return { year: 1970 + Date.parse(date) / msPerYear, ppm: Number(ppm) }
  })
}

export function meanOf(values: Iterable<number>): number {
  const all = [...values]
  return all.reduce((sum, value) => sum + value, 0) / all.length
}
