import { KernelArgumentError } from './errors.ts'
import type { KernelScalars } from './registry-types.ts'

/** Scalars a kernel takes, in positional order, with their defaults (`undefined`: must be given). */
export type ScalarSpec = Readonly<Record<string, number | undefined>>

/**
 * The values of a kernel's scalars: by keyword, else by position, else the default.
 *
 * @throws KernelArgumentError for an unknown keyword, one too many, one missing, or one given twice
 */
export function readScalars<S extends ScalarSpec>(
  kernel: string,
  spec: S,
  given: KernelScalars,
): { readonly [name in keyof S]: number } {
  const names = Object.keys(spec)
  const known = names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`
  if (given.positional.length > names.length) {
    throw new KernelArgumentError(
      kernel,
      'scalars',
      `${kernel}: ${given.positional.length} scalars were given; ${known}`,
    )
  }
  for (const keyword of Object.keys(given.keywords)) {
    const position = names.indexOf(keyword)
    if (position < 0) throw new KernelArgumentError(kernel, keyword, `${kernel}: no scalar ${keyword}; ${known}`)
    if (position < given.positional.length) {
      throw new KernelArgumentError(kernel, keyword, `${kernel}: ${keyword} was given by position and by keyword`)
    }
  }
  const values: Record<string, number> = {}
  names.forEach((name, position) => {
    const value = given.keywords[name] ?? given.positional[position] ?? spec[name]
    if (value === undefined) throw new KernelArgumentError(kernel, name, `${kernel}: the scalar ${name} is missing`)
    values[name] = value
  })
  return values as { readonly [name in keyof S]: number }
}

/** A scalar that must be 0 or 1, as a boolean. @throws KernelArgumentError */
export function flag(kernel: string, name: string, value: number): boolean {
  if (value === 0 || value === 1) return value === 1
  throw new KernelArgumentError(kernel, name, `${kernel}: ${name} is ${value}; 0 or 1 is wanted`)
}
