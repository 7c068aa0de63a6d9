/** What the parameters of a program stand for, given its arguments. */

import type { ParameterNode, ProgramNode } from '../ast.ts'
import { fromNumber, toNumber, toWhole, type Value } from '../exact/index.ts'
import { CompileError } from './errors.ts'
import { exactOf } from './evaluate.ts'
import { constant } from './ir.ts'
import { lowerExpression } from './lower.ts'
import type { Binding } from './statement.ts'

/** Values of the scalar parameters, defaults filled in. @throws CompileError for arguments that are missing, unknown or of the wrong kind */
export function bindScalars(program: ProgramNode, args: Readonly<Record<string, number>>): ReadonlyMap<string, Value> {
  const scalars = new Map<string, Value>()
  const parameters = program.parameters.filter((parameter) => parameter.type !== 'BigMatrix')
  for (const name of Object.keys(args))
    if (!parameters.some((parameter) => parameter.name.id === name))
      throw new CompileError(
        `program '${program.name.id}' has no scalar parameter '${name}'; it has ${listOf(parameters.map((p) => p.name.id))}`,
      )
  for (const parameter of parameters) {
    const name = parameter.name.id
    const value = Object.hasOwn(args, name) ? args[name] : undefined
    if (value === undefined && !parameter.default)
      throw new CompileError(`program '${program.name.id}' needs a value for its argument '${name}'`)
    const exact =
      value === undefined ? exactOf(lowerExpression(parameter.default!, constants(scalars)), []) : fromNumber(value)
    if (parameter.type === 'int' && typeof exact !== 'number')
      throw new CompileError(
        `argument '${name}' of program '${program.name.id}' must be an integer; it is ${toNumber(exact)}`,
      )
    scalars.set(name, exact)
  }
  return scalars
}

const listOf = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '))

const constants = (scalars: ReadonlyMap<string, Value>): ReadonlyMap<string, ReturnType<typeof constant>> =>
  new Map([...scalars].map(([name, value]) => [name, constant(value)]))

/** The canonical name and declared grid of every matrix parameter. @throws CompileError for an alias of what is no matrix, or a negative extent */
export function bindMatrices(
  program: ProgramNode,
  scalars: ReadonlyMap<string, Value>,
  aliases: Readonly<Record<string, string>>,
): ReadonlyMap<string, Binding> {
  const parameters = program.parameters.filter((parameter) => parameter.type === 'BigMatrix')
  const isMatrix = (name: string): boolean => parameters.some((parameter) => parameter.name.id === name)
  for (const [name, target] of Object.entries(aliases))
    if (!isMatrix(name) || !isMatrix(target))
      throw new CompileError(
        `'${name}' cannot stand for '${target}': program '${program.name.id}' has the matrices ${listOf(parameters.map((p) => p.name.id))}`,
      )
  const target = (name: string): string | undefined => (Object.hasOwn(aliases, name) ? aliases[name] : undefined)
  const canonical = (name: string): string => {
    const seen = new Set([name])
    let last = name
    for (let next = target(last); next !== undefined && !seen.has(next); next = target(last)) {
      seen.add(next)
      last = next
    }
    return last
  }
  return new Map(
    parameters.map((parameter) => {
      const { id } = parameter.name
      return [id, { matrix: canonical(id), grid: gridOf(parameter, scalars) }]
    }),
  )
}

function gridOf(parameter: ParameterNode, scalars: ReadonlyMap<string, Value>): readonly number[] | undefined {
  return parameter.grid?.map((extent) => {
    const value = toWhole(exactOf(lowerExpression(extent, constants(scalars)), []))
    if (value >= 0) return value
    throw new CompileError(`matrix '${parameter.name.id}' has a negative extent in its declared grid: ${value}`)
  })
}
