import { InputError } from '../errors.ts'
import { type AlgorithmSpec, algorithms } from '../linalg/index.ts'

/** Names of the results that are wanted: those that every call gives, and those that are asked for. @throws InputError for an unknown one */
export function wantedResults(algorithm: string, asked: readonly string[]): readonly string[] {
  const { results } = specOf(algorithm)
  for (const name of asked) {
    if (!results.some((result) => result.name === name)) {
      throw new InputError(
        `${algorithm} has no result ${name}; it has ${results.map((result) => result.name).join(', ')}`,
      )
    }
  }
  return results.filter(({ name, when }) => when === 'always' || asked.includes(name)).map(({ name }) => name)
}

/** Where the results of a call go: beside each other, below names of this run. */
export function placesOf(
  { algorithm, results }: { readonly algorithm: string; readonly results: readonly string[] },
  name: string,
): Readonly<Record<string, string>> {
  const wanted = specOf(algorithm).results.filter((result) => results.includes(result.name))
  return Object.fromEntries(
    wanted.map(({ option }) => [option === 'output' ? 'out' : option, `${name}/${option}`] as const),
  )
}

function specOf(algorithm: string): AlgorithmSpec {
  const spec = algorithms.find(({ name }) => name === algorithm)
  if (spec === undefined) throw new InputError(`there is no algorithm '${algorithm}'`)
  return spec
}
