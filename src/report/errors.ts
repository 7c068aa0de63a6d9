import { InputError } from '../errors.ts'

/** Tasks and edges of a graph, or the most that are drawn. */
export interface GraphSize {
  readonly tasks: number
  readonly edges: number
}

/** A graph larger than a picture can show: names its size, the limit and what to do instead. */
export class PictureTooLargeError extends InputError {
  override readonly _tag = 'PictureTooLargeError'
  readonly size: GraphSize
  readonly limit: GraphSize

  constructor(program: string, size: GraphSize, limit: GraphSize) {
    super(
      `the task graph of ${program} has ${size.tasks} tasks and ${size.edges} edges, ` +
        `and a picture takes at most ${limit.tasks} and ${limit.edges}; ` +
        'use --format dot or json for the whole graph, or a smaller --arg',
    )
    this.size = size
    this.limit = limit
  }
}

/** Nothing to draw: a run without finished tasks, or a profile without points. */
export class EmptyPictureError extends InputError {
  override readonly _tag = 'EmptyPictureError'

  constructor(what: string) {
    super(`there is nothing to draw: ${what}`)
  }
}
