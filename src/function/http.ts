/** The door on Cloud Run, and of the processes of the local provider: Google's functions framework, one request at a time. */

import type { Server } from 'node:http'
import { http, type Request, type Response } from '@google-cloud/functions-framework'
import { getTestServer } from '@google-cloud/functions-framework/testing'
import { Handler } from './handler.ts'

const NAME = 'numpywren'
/** What Cloud Run takes over HTTP/1, with room for headers. */
const ANSWER_BYTES = 31 * 2 ** 20

/**
 * Serves until the process is asked to end. A request under way is then answered first: what computes is finished, the rest given back.
 * @param host @default all addresses
 */
export async function serveHttp(port: number, host?: string): Promise<Server> {
  const handler = new Handler()
  http(NAME, async (request: Request, response: Response) => {
    if (request.method !== 'POST') {
      response.status(405).set('allow', 'POST').send('requests are posted\n')
      return
    }
    if (handler.isBusy) {
      response.status(429).send('this process works on another request; it takes one at a time\n')
      return
    }
    const answer = await handler.handle(request.body, { answerBytes: ANSWER_BYTES })
    response.json(answer)
  })
  // The framework's own start answers a request with an error when the process is asked to end; this is its server without that.
  const server = getTestServer(NAME)
  server.requestTimeout = 0
  server.setTimeout(0)
  const end = (): void => {
    handler.end()
    server.close(() => void handler.close())
    server.closeIdleConnections()
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve)
  })
  return server
}
