/** What `deploy`, `doctor` and `destroy` have in common: which function of which platform is meant. */

import type { Command } from 'commander'
import {
  type DeployStep,
  type FunctionPlace,
  type FunctionProvider,
  functionProvider,
  functionProviderName,
} from '../providers/index.ts'
import { type GlobalOptions, say } from './context.ts'

/** As runs call it where they are told no name. */
const DEFAULT_FUNCTION = 'numpywren-worker'

export interface FunctionOptions extends GlobalOptions {
  readonly function?: string
  readonly region?: string
  readonly project?: string
}

export function addFunctionOptions(command: Command): void {
  command
    .option('--name, --function <name>', `the function (NUMPYWREN_FUNCTION, or ${DEFAULT_FUNCTION})`)
    .option('--region <name>', "where it is (as the platform's own settings say)")
    .option('--project <id>', 'Google Cloud project (that of the credentials)')
}

export function placeOf({ function: name, region, project }: FunctionOptions): FunctionPlace {
  return { name: name ?? process.env.NUMPYWREN_FUNCTION ?? DEFAULT_FUNCTION, region, project }
}

/** The platform of a command. @throws InputError for one that there is not */
export function platform(name: string): Promise<FunctionProvider> {
  return functionProvider(functionProviderName(name))
}

/** A line for each step, as it is done. @param isDry nothing is changed */
export function sayStep({ what, text }: DeployStep, isDry = false): void {
  say(`${isDry ? 'would ' : ''}${what.padEnd(6)}  ${text}`)
}
