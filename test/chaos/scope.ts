/** What is to be undone when a part of the chaos run is over, last first; as ava's `t.teardown`, outside of ava. */
export class Scope {
  readonly #undo: (() => unknown)[] = []

  readonly teardown = (undo: () => unknown): void => {
    this.#undo.push(undo)
  }

  /** Undoes everything, whatever fails on the way. @throws AggregateError of what failed */
  async close(): Promise<void> {
    const errors: unknown[] = []
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        await undo()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'not everything could be undone')
  }
}
