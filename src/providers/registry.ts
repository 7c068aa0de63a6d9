import { InputError } from '../errors.ts'
import type { FunctionProvider, FunctionProviderName } from './function/index.ts'

/** The platforms, each with what loads it: its client libraries cost a second and are needed by nobody else. */
const loaders: Readonly<Record<FunctionProviderName, () => Promise<FunctionProvider>>> = {
  local: async () => (await import('./local/functions.ts')).localFunctions(),
  'aws-lambda': async () => (await import('./aws-lambda/index.ts')).awsLambda(),
  'gcp-functions': async () => (await import('./gcp-functions/index.ts')).gcpFunctions(),
}

/** As the command line calls them. */
export const functionProviderNames: readonly FunctionProviderName[] = ['local', 'aws-lambda', 'gcp-functions']

/** A name as a user gave it. @throws InputError listing those that there are */
export function functionProviderName(name: string): FunctionProviderName {
  const found = functionProviderNames.find((each) => each === name)
  if (found !== undefined) return found
  throw new InputError(`there is no provider '${name}'; it is one of ${functionProviderNames.join(', ')}`)
}

/** A platform by its name, loaded when first asked for. */
export function functionProvider(name: FunctionProviderName): Promise<FunctionProvider> {
  return loaders[name]()
}
