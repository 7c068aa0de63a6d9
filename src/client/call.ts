/** What a call of an algorithm says: its operands, where its results go, its options and how it is carried out. */

import { fileURLToPath } from 'node:url'
import { InputError } from '../errors.ts'
import type { AlgorithmSpec, OptionSpec, OptionValue } from '../linalg/index.ts'
import { type BigMatrix, outputExists } from '../matrix/index.ts'
import type { Place, Places } from './places.ts'

/** Where the results of a call go. */
export interface Destinations {
  /** Of the results that are wanted as matrices. */
  readonly places: Readonly<Record<string, Place>>
  /** Of those that are wanted as .npy or .csv files. */
  readonly files: Readonly<Record<string, string>>
}

/**
 * Settles where each result goes: a name ending in .npy or .csv is a file (of this machine, or in a store), `true` the name of the first operand followed by `-R`,
 * which is also where results go that every call gives.
 * @throws InputError for a file that exists unless `overwrite`, or a name where true or a name is wanted
 */
export async function destinationsOf(
  spec: AlgorithmSpec,
  given: Readonly<Record<string, unknown>>,
  context: { readonly places: Places; readonly first: BigMatrix | undefined; readonly overwrite: boolean },
): Promise<Destinations> {
  const destinations: { places: Record<string, Place>; files: Record<string, string> } = { places: {}, files: {} }
  for (const { name, option, when, within } of spec.results) {
    const wanted = given[libraryName(option)] ?? (when === 'always' ? true : undefined)
    if (wanted === undefined || wanted === false) continue
    if (wanted !== true && typeof wanted !== 'string') {
      throw new InputError(`${spec.name}: ${libraryName(option)} must be a name or true, got ${String(wanted)}`)
    }
    const base =
      wanted === true ? `${context.first?.url ?? spec.name}-${within === undefined ? name : spec.name}` : wanted
    const target = within === undefined ? base : `${base.replace(/\/+$/, '')}/${within}`
    const file = fileOf(target)
    if (file !== undefined) {
      if (!context.overwrite && (await outputExists(file))) {
        throw new InputError(`the file ${file} exists; choose another name or give --overwrite`)
      }
      destinations.files[name] = file
    } else {
      destinations.places[name] = context.places.of(target)
    }
  }
  return destinations
}

/** The algorithm's own options among all that was given, checked. @throws InputError naming the option, its value and what is allowed */
export function checkedOptions(
  algorithm: string,
  specs: Readonly<Record<string, OptionSpec>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, OptionValue> {
  const options: Record<string, OptionValue> = {}
  for (const [name, { kind, choices = [], least = 0 }] of Object.entries(specs)) {
    const value = given[name]
    if (value === undefined) continue
    const refuse = (wanted: string): never => {
      throw new InputError(`${algorithm}: ${name} must be ${wanted}, got ${String(value)}`)
    }
    if (kind === 'flag' && typeof value !== 'boolean') refuse('true or false')
    if (kind === 'choice' && !choices.includes(value as string)) refuse(`one of ${choices.join(', ')}`)
    if (kind === 'whole' && !(Number.isSafeInteger(value) && (value as number) >= least)) {
      refuse(`a whole number of at least ${least}`)
    }
    if (kind === 'number' && !Number.isFinite(value)) refuse('a finite number')
    options[name] = kind === 'tile' ? tileOf(value, refuse) : (value as OptionValue)
  }
  return options
}

/** Path or URL of a .npy or .csv file; `undefined` for any other name. */
export function fileOf(name: string): string | undefined {
  if (!/\.(npy|csv)$/i.test(name)) return undefined
  return name.startsWith('file:') ? fileURLToPath(name) : name
}

/** `output` is `out` in the library. */
export function libraryName(option: string): string {
  return option === 'output' ? 'out' : option
}

function tileOf(value: unknown, refuse: (wanted: string) => never): readonly [number, number] {
  const [rows, cols = rows, more] =
    typeof value === 'number' ? [value] : Array.isArray(value) ? (value as unknown[]) : []
  const isExtent = (extent: unknown): extent is number => Number.isSafeInteger(extent) && (extent as number) >= 1
  if (more !== undefined || !isExtent(rows) || !isExtent(cols)) return refuse('an extent or [rows, columns]')
  return [rows, cols]
}
