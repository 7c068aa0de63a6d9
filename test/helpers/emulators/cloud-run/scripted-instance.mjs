/** An instance that does what the request says: `{ sleepMs, exit, status, bytes }`. It tells who it is and how many requests it had. */

import { createServer } from 'node:http'

let requests = 0
let open = 0
createServer(async (request, response) => {
  let text = ''
  for await (const piece of request) text += piece
  const { sleepMs = 0, exit, status = 200, bytes = 0 } = JSON.parse(text || '{}')
  requests++
  open++
  const most = open
  if (exit !== undefined) process.exit(exit)
  await new Promise((resolve) => setTimeout(resolve, sleepMs))
  open--
  const answer = {
    pid: process.pid,
    requests,
    most,
    authorization: request.headers.authorization,
    filler: 'x'.repeat(bytes),
  }
  response.writeHead(status).end(JSON.stringify(answer))
}).listen(Number(process.env.PORT), '127.0.0.1')

if (process.env.STUBBORN) process.on('SIGTERM', () => undefined)
else process.once('SIGTERM', () => process.exit(0))
