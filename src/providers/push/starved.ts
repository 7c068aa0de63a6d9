import { type DeployedFunction, ThrottledError } from '../function/index.ts'

/** A platform that admits nothing at all for so long will not do so soon. */
const PATIENCE_MS = 5 * 60_000

/** @param starvedMs for how long no call was admitted @throws ThrottledError when that is too long */
export function expectAdmission({ provider, name }: DeployedFunction, starvedMs: number, cause: unknown): void {
  if (starvedMs < PATIENCE_MS) return
  const minutes = Math.floor(starvedMs / 60_000)
  throw new ThrottledError(
    `${provider} has admitted no invocation of ${name} for ${minutes} minutes: raise its limit of concurrency, or wait until others have ended theirs, then resume the run`,
    { cause },
  )
}
