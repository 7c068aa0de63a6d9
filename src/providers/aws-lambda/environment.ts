import { looksSecret } from '../deployment/index.ts'

/** Holds the name of a secret, not the secret. */
export const COORDINATOR_SECRET = 'NUMPYWREN_COORDINATOR_SECRET'

/**
 * What speaks against these variables of a function, whose values everybody sees who may look at the function; `undefined` when nothing
 * does. Says nothing of the values.
 */
export function environmentProblem(environment: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
      return `'${name}' cannot be the name of a variable of a Lambda function: a letter, then letters, digits and '_'`
    }
    if (name === COORDINATOR_SECRET) return `${name} is set by --coordinator-secret`
    if (looksSecret(name, value)) {
      return (
        `the variable ${name} looks like a secret, and variables of a function are no place for one: ` +
        'put the URL of a coordinator into Secrets Manager and give its name (--coordinator-secret); for stores the role of the function is enough'
      )
    }
  }
  return undefined
}

/** Variables that the worker image goes by, beside those that Lambda sets. */
export function ownVariables(timeoutS: number): Readonly<Record<string, string>> {
  return { NUMPYWREN_PROVIDER: 'aws-lambda', NUMPYWREN_TIMEOUT_S: `${timeoutS}` }
}
