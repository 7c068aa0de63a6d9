import { InputError } from '../errors.ts'
import { COORDINATOR_VARIABLE } from '../run/index.ts'

/** Name or ARN of a secret of AWS that holds the URL of the coordinator, password and all. */
const SECRET_VARIABLE = 'NUMPYWREN_COORDINATOR_SECRET'

/**
 * Where a function finds its coordinator: in its own settings (Cloud Run puts a secret there), in a secret that it reads itself (Lambda does
 * not), or, without a password, in the request.
 * @throws InputError when it is named nowhere, or the secret cannot be read
 */
export async function coordinatorUrl(
  requested: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const secret = env[SECRET_VARIABLE]
  const url = env[COORDINATOR_VARIABLE] || (secret ? await secretUrl(secret) : requested)
  if (url !== undefined) return url
  throw new InputError(
    'the function knows no coordinator: deploy it with --coordinator-secret, or name one without a password (--coordinator)',
  )
}

/** Kept for the life of the process: a secret that changes comes with new processes. */
const known = new Map<string, string>()

async function secretUrl(name: string): Promise<string> {
  const before = known.get(name)
  if (before !== undefined) return before
  try {
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
    const client = new SecretsManagerClient()
    try {
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: name }))
      const url = SecretString.trim()
      if (!/^rediss?:\/\//.test(url)) throw new InputError('it holds no URL that begins with redis:// or rediss://')
      known.set(name, url)
      return url
    } finally {
      client.destroy()
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InputError(`the secret ${name} of the coordinator cannot be read: ${reason}`, { cause })
  }
}
