import { InputError } from '../../errors.ts'
import type { DeployedFunction } from '../function/index.ts'

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/

/**
 * The coordinator as a request may name it. One with a password goes in no message: the function has it from its own settings or secret.
 * @throws InputError for one that the functions cannot reach
 */
export function coordinatorInRequest(
  { place, emulatedBy, provider }: DeployedFunction,
  url: string,
): string | undefined {
  const { hostname, password } = new URL(url)
  if (place.cloud !== 'local' && emulatedBy === undefined && loopback.test(hostname)) {
    throw new InputError(
      `functions of ${provider} cannot reach a coordinator at ${hostname}, which is on this machine only: name one by an address that they reach (--coordinator)`,
    )
  }
  if (password === '') return url
  if (provider === 'local' && process.env.NUMPYWREN_COORDINATOR !== url) {
    throw new InputError(
      'the password of a coordinator is sent in no request: name the coordinator by the variable NUMPYWREN_COORDINATOR, which processes of this machine inherit',
    )
  }
  return undefined
}
