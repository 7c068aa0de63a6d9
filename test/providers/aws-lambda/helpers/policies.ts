/** What policies of IAM allow, by the rules of IAM as far as our policies use them: there is no Deny, and conditions are StringLike. */

import type { PolicyDocument } from '../../../../src/providers/aws-lambda/policy.ts'

export interface Wish {
  readonly action: string
  readonly resource: string
  readonly context?: Readonly<Record<string, string>>
}

export function isAllowed({ Statement }: PolicyDocument, { action, resource, context = {} }: Wish): boolean {
  return Statement.some(
    ({ Effect, Action, Resource, Condition = {} }) =>
      Effect === 'Allow' &&
      Action.some((pattern) => isLike(action, pattern)) &&
      Resource.some((pattern) => isLike(resource, pattern)) &&
      Object.entries(Condition).every(([operator, keys]) => {
        if (operator !== 'StringLike') throw new Error(`the condition ${operator} is not understood`)
        return Object.entries(keys).every(([key, patterns]) => {
          const value = context[key]
          return value !== undefined && [patterns].flat().some((pattern) => isLike(value, pattern))
        })
      }),
  )
}

/** `*` stands for any text, `?` for one character. */
function isLike(text: string, pattern: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, 's').test(text)
}
