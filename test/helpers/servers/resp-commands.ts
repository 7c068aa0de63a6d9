/** Splits what a Redis client sends into its commands. */

/** One command as it was sent. */
export interface RespCommand {
  /** Upper case, such as EVALSHA. */
  readonly name: string
  /** The second word in upper case where there is one, such as the sub-command of CLIENT. */
  readonly argument: string
  readonly bytes: Buffer
}

/** Takes bytes as they come and gives whole commands. Clients send arrays of bulk strings; anything else passes as it is, unnamed. */
export class RespCommands {
  #pending: Buffer = Buffer.alloc(0)

  add(bytes: Buffer): RespCommand[] {
    this.#pending = Buffer.concat([this.#pending, bytes])
    const commands: RespCommand[] = []
    for (let command = this.#next(); command !== undefined; command = this.#next()) commands.push(command)
    return commands
  }

  #next(): RespCommand | undefined {
    const from = this.#pending
    if (from.length === 0) return undefined
    if (from[0] !== 0x2a) return this.#take(from.length, [])
    const head = lineAt(from, 0)
    if (head === undefined) return undefined
    let at = head.next
    const words: string[] = []
    for (let left = Number(head.text.slice(1)); left > 0; left--) {
      const size = lineAt(from, at)
      if (size === undefined) return undefined
      const end = size.next + Number(size.text.slice(1))
      if (from.length < end + 2) return undefined
      if (words.length < 2) words.push(from.toString('latin1', size.next, Math.min(end, size.next + 64)))
      at = end + 2
    }
    return this.#take(at, words)
  }

  #take(length: number, [name = '', argument = '']: readonly string[]): RespCommand {
    const bytes = this.#pending.subarray(0, length)
    this.#pending = this.#pending.subarray(length)
    return { name: name.toUpperCase(), argument: argument.toUpperCase(), bytes }
  }
}

function lineAt(bytes: Buffer, from: number): { readonly text: string; readonly next: number } | undefined {
  const end = bytes.indexOf('\r\n', from)
  return end < 0 ? undefined : { text: bytes.toString('latin1', from, end), next: end + 2 }
}
