import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import {
  type DeployedFunction,
  decodeRequest,
  encodeAnswer,
  type PullAnswer,
  type PullRequest,
} from '../../../src/providers/function/index.ts'
import { sandbox, scriptedFunction } from '../helpers/scripted-function.ts'

/** Workers in a tree: each calls the same address for its share, works until the run is over, and answers for its subtree. */
export interface CountingServer {
  readonly deployed: DeployedFunction
  /** Names of the workers that are at work now. */
  readonly workers: ReadonlySet<string>
  /** Calls of whoever is at the root. */
  readonly rootCalls: number
  endRun(): void
}

export async function countingServer(t: ExecutionContext): Promise<CountingServer> {
  const workers = new Set<string>()
  const seen = { isOver: false, rootCalls: 0 }
  let url = ''
  const call = async (body: string): Promise<string> => {
    const response = await fetch(url, { method: 'POST', body })
    return response.text()
  }
  const work = async (request: PullRequest): Promise<PullAnswer> => {
    const receivedAt = Date.now()
    workers.add(request.worker)
    const children = sharesOf(request).map(async (width, at) => {
      const worker = `${request.worker}.${at + 1}`
      return JSON.parse(await call(JSON.stringify({ ...request, worker, width }))) as PullAnswer
    })
    while (!seen.isOver) await sleep(20)
    const answers = await Promise.all(children)
    workers.delete(request.worker)
    const common = { sandbox: { ...sandbox, id: request.worker }, receivedAt, answeredAt: Date.now(), peakBytes: 1 }
    const subtree = answers.flatMap((answer, at) => {
      const { sandbox, receivedAt, answeredAt, peakBytes, why, tasks } = answer
      return [
        { worker: `${request.worker}.${at + 1}`, sandbox, receivedAt, answeredAt, peakBytes, why, tasks },
        ...answer.subtree,
      ]
    })
    const { invocation } = request
    return { ...common, version: 1, kind: 'pull', invocation, why: 'run-over', tasks: 2, subtree, out: [] }
  }
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const parsed = decodeRequest(Buffer.concat(pieces).toString())
    response.end(encodeAnswer(await work(parsed as PullRequest)))
  })
  url = await listen(t, server)
  const deployed: DeployedFunction = {
    ...scriptedFunction(),
    async invoke(body) {
      seen.rootCalls++
      return { body: await call(body) }
    },
  }
  return {
    deployed,
    workers,
    get rootCalls() {
      return seen.rootCalls
    },
    endRun() {
      seen.isOver = true
    },
  }
}

/** What is left of a width beside the worker itself, in nearly equal parts. */
function sharesOf({ width, arity }: PullRequest): number[] {
  const left = width - 1
  const count = Math.min(left, arity)
  return Array.from(
    { length: count },
    (_, at) => Math.floor((left * (at + 1)) / count) - Math.floor((left * at) / count),
  )
}

async function listen(t: ExecutionContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', 4096, resolve)
  })
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
