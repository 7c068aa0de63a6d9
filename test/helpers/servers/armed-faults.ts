/** A fault that waits for what it is to hit. */
export interface ArmedFault {
  /** How often it has hit so far. */
  readonly hits: number
  disarm(): void
}

export interface ArmOptions<Seen> {
  /** How often it hits. @default 1 */
  readonly count?: number
  /** What it hits. @default anything */
  readonly matches?: (seen: Seen) => boolean
}

interface Armed<Fault, Seen> {
  readonly fault: Fault
  readonly matches: (seen: Seen) => boolean
  left: number
  hits: number
}

/** The faults of a proxy that wait for their turn: of several, the oldest that matches is taken. */
export class ArmedFaults<Fault, Seen> {
  readonly #armed: Armed<Fault, Seen>[] = []

  arm(fault: Fault, { count = 1, matches = () => true }: ArmOptions<Seen> = {}): ArmedFault {
    const armed: Armed<Fault, Seen> = { fault, matches, left: count, hits: 0 }
    this.#armed.push(armed)
    return {
      get hits() {
        return armed.hits
      },
      disarm: () => {
        armed.left = 0
      },
    }
  }

  disarmAll(): void {
    for (const armed of this.#armed.splice(0)) armed.left = 0
  }

  /** The fault for what was seen, one hit of which is used up. */
  take(seen: Seen, isWanted: (fault: Fault) => boolean = () => true): Fault | undefined {
    const armed = this.#armed.find(({ left, fault, matches }) => left > 0 && isWanted(fault) && matches(seen))
    if (armed === undefined) return undefined
    armed.left--
    armed.hits++
    if (armed.left === 0) this.#armed.splice(this.#armed.indexOf(armed), 1)
    return armed.fault
  }
}
