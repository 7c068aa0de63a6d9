/** What every command gets: where results and messages go, and how the outside interrupts it. */

import { isNumpywrenError, type NumpywrenError } from '../errors.ts'

export const exitCodes = { done: 0, failed: 1, wrongInput: 2, interrupted: 130 } as const

export interface GlobalOptions {
  readonly json?: boolean
  readonly debug?: boolean
}

/** Writes one result to standard output: an object under --json, else its text. */
export function printResult(options: GlobalOptions, value: object, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(value) : plain(text)}\n`)
}

/** One line for people, on standard error. */
export function say(text: string): void {
  process.stderr.write(`${plain(text)}\n`)
}

/** Without what would steer the terminal: names and messages may come from a store that others write to. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
}

/** The exit code that belongs to an error. */
export function exitCodeOf(error: unknown): number {
  if (isNumpywrenError(error, 'InterruptedError') || isSignal(error)) return exitCodes.interrupted
  if (isNumpywrenError(error)) return error.category === 'input' ? exitCodes.wrongInput : exitCodes.failed
  return exitCodes.failed
}

/** Says what went wrong in one or two lines; the stack and causes only when debugging. */
export function reportError(error: unknown, options: GlobalOptions): void {
  const message = error instanceof Error ? error.message : isSignal(error) ? `interrupted (${error})` : String(error)
  if (options.json) {
    const tag = isNumpywrenError(error) ? (error as NumpywrenError)._tag : 'Error'
    process.stdout.write(`${JSON.stringify({ error: { tag, message } })}\n`)
  }
  say(`numpywren: ${message}`)
  if (options.debug && error instanceof Error) say(`${error.stack ?? ''}${causes(error)}`)
}

function causes(error: Error): string {
  let text = ''
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) text += `\ncaused by: ${cause.stack ?? ''}`
  return text
}

/** What {@link interruption} aborts with, where nothing made an error of it. */
const isSignal = (error: unknown): boolean => error === 'SIGINT' || error === 'SIGTERM'

/** An AbortSignal that SIGINT or SIGTERM raises; a second signal ends the process at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      // By the signal itself: process.exit() first waits for compilations, which may wait for the heap that it has stopped (nodejs/node#54918).
      process.removeListener(name, onSignal)
      process.kill(process.pid, name)
      return
    }
    say(`\n${name}: stopping; once more to end at once`)
    controller.abort(name)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return controller.signal
}
