import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Listening, listen } from './http.ts'
import type { Identities } from './identity.ts'

export const PROJECT = { id: 'test-project', number: '123456789012' } as const
export const REGION = 'us-central1'

/** The server that tells a machine of Google who it is and gives it tokens, for one account. */
export function startMetadata(identities: Identities, email: string): Promise<Listening> {
  const values: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    'project/project-id': () => PROJECT.id,
    'project/numeric-project-id': () => PROJECT.number,
    'instance/region': () => `projects/${PROJECT.number}/regions/${REGION}`,
    'universe/universe-domain': () => 'googleapis.com',
    'instance/service-accounts/default/email': () => email,
    'instance/service-accounts/default/token': () => ({
      access_token: identities.accessToken(email),
      expires_in: 3599,
      token_type: 'Bearer',
    }),
    'instance/service-accounts/default/identity': (query) => identities.idToken(email, query.get('audience') ?? ''),
  }
  return listen((request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://metadata')
    const value = values[pathname.replace('/computeMetadata/v1/', '')]
    if (request.headers['metadata-flavor'] !== 'Google') return void response.writeHead(403).end()
    response.setHeader('metadata-flavor', 'Google')
    if (value === undefined) return void response.writeHead(404).end()
    const answer = value(searchParams)
    const isText = typeof answer === 'string'
    response.setHeader('content-type', isText ? 'application/text' : 'application/json')
    return void response.end(isText ? answer : JSON.stringify(answer))
  })
}
