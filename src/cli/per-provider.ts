/** Values of the command line that may differ from provider to provider. */

import { InvalidArgumentError } from 'commander'

/** One value for all, or values by provider. */
export type PerProvider = string | Readonly<Record<string, string>>

/** `work`, or `local=work,aws-lambda=s3://bucket/compare`. */
export function parsePerProvider(names: readonly string[]): (text: string) => PerProvider {
  return (text) => {
    if (text.trim() === '') throw new InvalidArgumentError('wanted a value, found nothing.')
    const isAssignment = (part: string): boolean => names.some((name) => part.trim().startsWith(`${name}=`))
    const parts = text.split(',')
    if (!isAssignment(parts[0] ?? '')) return text
    const values: Record<string, string> = {}
    for (const part of parts) {
      const at = part.indexOf('=')
      const name = part.slice(0, at).trim()
      const value = part.slice(at + 1).trim()
      if (!isAssignment(part) || value === '') {
        throw new InvalidArgumentError(`wanted PROVIDER=VALUE with one of ${names.join(', ')}, found '${part}'.`)
      }
      if (name in values) throw new InvalidArgumentError(`${name} is given twice.`)
      values[name] = value
    }
    return values
  }
}

/** The value for one provider; `undefined` when none is given for it. */
export function ofProvider(values: PerProvider | undefined, provider: string): string | undefined {
  return typeof values === 'object' ? values[provider] : values
}

/** `local,aws-lambda`: some of the names, each once. */
export function parseChoices<Name extends string>(names: readonly Name[]): (text: string) => readonly Name[] {
  return (text) => {
    const chosen = text.split(',').map((part) => {
      const found = names.find((name) => name === part.trim())
      if (found === undefined) throw new InvalidArgumentError(`'${part.trim()}' is none of ${names.join(', ')}.`)
      return found
    })
    if (new Set(chosen).size < chosen.length) throw new InvalidArgumentError(`a name is given twice: '${text}'.`)
    return chosen
  }
}
