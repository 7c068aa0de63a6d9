import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { decodeAnswer, encodeRequest, type FunctionAnswer, type FunctionRequest } from '../../src/providers/index.ts'

const main = fileURLToPath(new URL('../../src/function/main.ts', import.meta.url))
const KEY = 'a key of this test'

/** A process of the function, as the local provider starts them. */
export interface FunctionServer {
  readonly child: ChildProcess
  readonly pid: number
  /** Posts anything. @param headers instead of those of a good request */
  post(body: string, headers?: Record<string, string>): Promise<Response>
  ask<R extends FunctionRequest>(request: R): Promise<FunctionAnswer>
  readonly url: string
}

/** Starts one; it ends with the test, and with this process. */
export async function startFunctionServer(
  t: ExecutionContext,
  env: Readonly<Record<string, string>> = {},
): Promise<FunctionServer> {
  const own = { PORT: '0', NUMPYWREN_PROVIDER: 'local', NUMPYWREN_LOCAL_KEY: KEY, NUMPYWREN_FUNCTION: 'f' }
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...own, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [text] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string]
  const url = `http://127.0.0.1:${/^ready (\d+)/.exec(text)?.[1]}`
  const good = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
  const post = (body: string, headers: Record<string, string> = good): Promise<Response> =>
    fetch(url, { method: 'POST', body, headers })
  return {
    child,
    pid: child.pid!,
    url,
    post,
    async ask(request) {
      return decodeAnswer(await (await post(encodeRequest(request))).text(), request)
    },
  }
}
