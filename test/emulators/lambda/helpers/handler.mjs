// A function that does what its event says, run by AWS's runtime interface client in the tests of the emulator.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

let tickedAt = performance.now()
let longestGapMs = 0
setInterval(() => {
  longestGapMs = Math.max(longestGapMs, performance.now() - tickedAt)
  tickedAt = performance.now()
}, 2)

if (process.env.FAILS_TO_START) throw new TypeError('no start for me')

/** @param {{ sleepMs?: number, exit?: number, throws?: string, writeTo?: string[], holdMb?: number, answerBytes?: number, says?: string, appendTo?: string }} event */
export async function handler(event, context) {
  if (event.appendTo) appendFileSync(event.appendTo, `${context.awsRequestId}\n`)
  if (event.says) console.log(event.says)
  if (event.sleepMs) await sleep(event.sleepMs)
  if (event.exit !== undefined) process.exit(event.exit)
  if (event.throws) throw new RangeError(event.throws)
  const held = event.holdMb ? Buffer.alloc(event.holdMb * 2 ** 20, 1) : undefined
  if (held) await sleep(60_000)
  if (event.answerBytes) return 'x'.repeat(event.answerBytes - 2)
  return {
    pid: process.pid,
    uid: process.getuid(),
    files: Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))[1]),
    written: event.writeTo?.map(attemptToWrite),
    longestGapMs: Math.max(longestGapMs, performance.now() - tickedAt),
    remainingMs: context.getRemainingTimeInMillis(),
    requestId: context.awsRequestId,
    environment: process.env,
  }
}

function attemptToWrite(path) {
  try {
    writeFileSync(path, 'x')
    return 'yes'
  } catch (error) {
    return error.code
  }
}
