/** What an algorithm states about itself; the command line, the library, resuming and the guide's tables are made from it. */

import { InternalError } from '../errors.ts'
import type { BigMatrix } from '../matrix/index.ts'
import type { Algorithm, Place } from './algorithm.ts'

/** A matrix that an algorithm takes. */
export interface OperandSpec {
  /** As in the formula: `A`. */
  readonly name: string
  readonly description: string
  /** Set for one that may be left out: `--<option> URL` on the command line, a property of the call in the library. */
  readonly option?: string
}

/** A matrix that an algorithm gives. */
export interface ResultSpec {
  /** As in the formula: `R`. */
  readonly name: string
  /** Long option that says where it goes (`output` is `out` in the library); several results may share one. */
  readonly option: string
  /** One letter. */
  readonly short?: string
  readonly description: string
  /** `always`: the command wants its place, the library has a name for it; `asked`: computed only when its place is given. */
  readonly when: 'always' | 'asked'
  /** Name below the place that the option gives, for results that share one: `DIR/L`. */
  readonly within?: string
}

/** A setting of an algorithm: `--kebab-case` on the command line, the same in camelCase in the library. */
export interface OptionSpec {
  readonly kind: 'flag' | 'choice' | 'whole' | 'number' | 'tile'
  readonly description: string
  /** Of a choice. */
  readonly choices?: readonly string[]
  /** Smallest whole number. @default 0 */
  readonly least?: number
  /** What holds when it is not given; words for the help. */
  readonly otherwise?: string
}

/** Value of an option: boolean for a flag, string for a choice, number for whole and number, [rows, columns] for a tile. */
export type OptionValue = boolean | string | number | readonly [number, number]

/** What a call of an algorithm was given. */
export interface AlgorithmCall<Options extends object = Readonly<Record<string, OptionValue | undefined>>> {
  readonly options: Options
  readonly signal?: AbortSignal | undefined
  /** An operand that must be there. */
  operand(name: string): BigMatrix
  /** An operand that may be left out. */
  optional(name: string): BigMatrix | undefined
  /** Where a result goes; for one that nobody asked for, a place that is kept with the run. */
  place(result: string): Place
  /** Whether somebody wants this result. */
  isAsked(result: string): boolean
  /** Where a small result of the program goes that only {@link AlgorithmSpec.report} reads; kept with the run. */
  scratch(name: string): Place
}

/** What there is to say after an algorithm besides its matrices. */
export interface Report {
  /** Numbers by name: `info`, `growth`, `rank` ... */
  readonly facts: Readonly<Record<string, number | string | boolean | readonly number[] | null>>
  /** One sentence each: what the user should know before relying on the result. */
  readonly warnings: readonly string[]
}

/** Runs the stages of an algorithm that decides on the way. */
export interface Stages {
  /**
   * Runs a program as a stage with a name of its own, or finds it done. When the whole is resumed, everything is called again
   * with the same names and arguments: what is decided may depend on stored matrices and options only.
   */
  run(name: string, algorithm: Algorithm): Promise<Readonly<Record<string, BigMatrix>>>
  /** Where a matrix goes that one stage hands to another; removed at the end. */
  work(name: string): Place
}

interface SpecBase {
  /** Of the command and of the library's method. */
  readonly name: string
  /** One line for the help, with the formula. */
  readonly summary: string
  /** Shipped program that `dag` and `profile` show for the algorithm. @default the one of its name */
  readonly program?: string
  /** Full command lines. */
  readonly examples: readonly string[]
  readonly operands: readonly OperandSpec[]
  readonly results: readonly ResultSpec[]
  readonly options: Readonly<Record<string, OptionSpec>>
}

/** An algorithm that is one program. */
export interface ProgramSpec<Options extends object = object> extends SpecBase {
  /** @throws InputError when operands do not fit */
  plan(call: AlgorithmCall<Options>): Promise<Algorithm> | Algorithm
  /** @param results by the names of {@link Algorithm.results}; @param parameters those of the algorithm */
  report?(
    results: Readonly<Record<string, BigMatrix>>,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<Report> | Report
}

/** An algorithm of several programs, with decisions between them. */
export interface ProcedureSpec<Options extends object = object> extends SpecBase {
  /** The results must lie at their places in the end. */
  carryOut(call: AlgorithmCall<Options>, stages: Stages): Promise<Report>
}

// biome-ignore lint/suspicious/noExplicitAny: each algorithm has options of its own
export type AlgorithmSpec = ProgramSpec<any> | ProcedureSpec<any>

/** The call of an algorithm from what was found: operands by name, places of the results that are asked for. */
export function algorithmCall<Options extends object>(given: {
  readonly options: Options
  readonly operands: Readonly<Record<string, BigMatrix | undefined>>
  readonly places: Readonly<Record<string, Place | undefined>>
  readonly scratch: (name: string) => Place
  readonly signal?: AbortSignal | undefined
}): AlgorithmCall<Options> {
  const { options, operands, places, scratch, signal } = given
  return {
    options,
    signal,
    operand(name) {
      const found = operands[name]
      if (found === undefined) throw new InternalError(`the algorithm has no operand ${name}`)
      return found
    },
    optional: (name) => operands[name],
    place: (result) => places[result] ?? scratch(result),
    isAsked: (result) => places[result] !== undefined,
    scratch,
  }
}
