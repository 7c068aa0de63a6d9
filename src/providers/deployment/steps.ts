import type { DeployStep } from '../function/index.ts'

/** What is done, told step by step; in a dry run what would be. */
export class Steps {
  readonly dryRun: boolean
  readonly #told: DeployStep[] = []
  readonly #onStep: ((step: DeployStep) => void) | undefined

  constructor({
    dryRun = false,
    onStep,
  }: { dryRun?: boolean | undefined; onStep?: ((step: DeployStep) => void) | undefined }) {
    this.dryRun = dryRun
    this.#onStep = onStep
  }

  get told(): readonly DeployStep[] {
    return [...this.#told]
  }

  /** Does it, unless this is a dry run, and tells of it when it is done. @param text what it is done to, without the verb */
  async change<T>(
    what: 'create' | 'update' | 'push' | 'delete',
    text: string,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    const result = this.dryRun ? undefined : await work()
    this.#tell(what, text)
    return result
  }

  /** Tells of a wait before it begins; a dry run has nothing to wait for. @param text what for */
  async wait(text: string, work: () => Promise<void>): Promise<void> {
    if (this.dryRun) return
    this.#tell('wait', `for ${text}`)
    await work()
  }

  keep(text: string): void {
    this.#tell('keep', text)
  }

  #tell(what: DeployStep['what'], text: string): void {
    const step = { what, text }
    this.#told.push(step)
    this.#onStep?.(step)
  }
}
