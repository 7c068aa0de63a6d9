import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { OAuth2Client } from 'google-auth-library'

const ISSUER = 'https://accounts.google.com'
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Makes the tokens of the emulated Google, and checks them with Google's own library. */
export class Identities {
  readonly #key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  readonly #keyId = randomBytes(8).toString('hex')
  readonly #lifeS: number
  readonly #checker = new OAuth2Client()
  /** Identity tokens so far. */
  issued = 0
  readonly #accessTokens = new Map<string, string>()

  constructor(lifeS = 3600) {
    this.#lifeS = lifeS
  }

  /** An identity token of an account for whoever is at the audience's URL. */
  idToken(email: string, audience: string, issuedAt: number = Date.now()): string {
    this.issued++
    const at = Math.floor(issuedAt / 1000)
    const claims = {
      iss: ISSUER,
      aud: audience,
      sub: email,
      email,
      email_verified: true,
      iat: at,
      exp: at + this.#lifeS,
    }
    const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: this.#keyId })}.${part(claims)}`
    const signature = createSign('RSA-SHA256').update(signed).sign(this.#key.privateKey, 'base64url')
    return `${signed}.${signature}`
  }

  accessToken(email: string): string {
    const token = `ya29.${randomBytes(12).toString('hex')}`
    this.#accessTokens.set(token, email)
    return token
  }

  /** Whose access token it is. */
  holderOf(authorization = ''): string | undefined {
    return this.#accessTokens.get(authorization.replace(/^Bearer /, ''))
  }

  /** @returns the account's e-mail @throws for a token that is none, is too old, or is for somebody else */
  async check(token: string, audience: string): Promise<string> {
    const certificates = { [this.#keyId]: this.#key.publicKey.export({ type: 'spki', format: 'pem' }).toString() }
    const ticket = await this.#checker.verifySignedJwtWithCertsAsync(token, certificates, audience, [ISSUER])
    return ticket.getPayload()?.email ?? ''
  }
}
