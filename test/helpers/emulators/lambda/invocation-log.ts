/** What CloudWatch would be given of one environment, as far as the tail of an answer shows it. */

const TAIL_BYTES = 4096

export interface Report {
  readonly durationMs: number
  /** Of the start, for the first invocation. */
  readonly initMs: number | undefined
  readonly memoryMb: number
  readonly peakMb: number
}

export class InvocationLog {
  #text = ''
  #saysInit = true

  add(text: string): void {
    this.#text = (this.#text + text).slice(-2 * TAIL_BYTES)
  }

  begin(requestId: string): void {
    this.#text = this.#saysInit ? this.#text : ''
    this.add(`START RequestId: ${requestId} Version: $LATEST\n`)
  }

  end(requestId: string, { durationMs, initMs, memoryMb, peakMb }: Report): void {
    const init = this.#saysInit && initMs !== undefined ? `Init Duration: ${initMs.toFixed(2)} ms\t` : ''
    this.#saysInit = false
    this.add(
      `END RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\t` +
        `Billed Duration: ${Math.ceil(durationMs)} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${peakMb} MB\t${init}\n`,
    )
  }

  /** Its last 4 KiB. */
  tail(): string {
    return Buffer.from(this.#text).subarray(-TAIL_BYTES).toString()
  }
}
