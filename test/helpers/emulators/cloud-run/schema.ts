import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ApiError } from './api-error.ts'

/** Messages of an API, as the client's own package describes them. */
interface Node {
  readonly nested?: Readonly<Record<string, Node>>
  readonly fields?: Readonly<Record<string, Field>>
  readonly values?: Readonly<Record<string, number>>
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>
}

interface Field {
  readonly type: string
  readonly rule?: 'repeated'
  readonly keyType?: string
  readonly options?: Readonly<Record<string, unknown>>
}

class InvalidJsonError extends ApiError {
  constructor(message: string) {
    super(400, message)
  }
}

const packageFile = createRequire(import.meta.url).resolve('@google-cloud/run')
const folder = packageFile.slice(0, packageFile.lastIndexOf('/build/'))
const root = JSON.parse(readFileSync(join(folder, 'build/protos/protos.json'), 'utf8')) as Node

const NUMBERS = ['int32', 'uint32', 'double', 'float']
const LONG = ['int64', 'uint64']
const WELL_KNOWN: Readonly<Record<string, RegExp>> = {
  'google.protobuf.Duration': /^-?\d+(\.\d{1,9})?s$/,
  'google.protobuf.Timestamp': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
  'google.protobuf.FieldMask': /^[A-Za-z_.,]*$/,
}

/**
 * Reads JSON as the platform does: unknown names, wrong types and values that an enumeration does not have are refused; enumerations come
 * as names or numbers and leave as names; what only the platform may set, and what is empty, is left out.
 * @param type full name of the message
 * @throws ApiError 400
 */
export function readMessage(type: string, json: unknown): Record<string, unknown> {
  return message(type.split('.'), json, '') as Record<string, unknown>
}

function message(type: readonly string[], json: unknown, path: string): unknown {
  const pattern = WELL_KNOWN[type.join('.')]
  if (pattern) {
    if (typeof json === 'string' && pattern.test(json)) return json
    throw new InvalidJsonError(
      `Invalid value at '${path}' (type.googleapis.com/${type.join('.')}), ${JSON.stringify(json)}`,
    )
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new InvalidJsonError(`Invalid value at '${path}', ${JSON.stringify(json)} is no ${type.at(-1)}`)
  const { fields = {}, oneofs = {} } = nodeAt(type) ?? {}
  const choices = Object.values(oneofs).flatMap(({ oneof }) => oneof)
  const read: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(json)) {
    const field = fields[name]
    if (!field)
      throw new InvalidJsonError(
        `Invalid JSON payload received. Unknown name "${name}" at '${path}': Cannot find field.`,
      )
    // An empty text is none, but where it says which of several is meant.
    if (isOutput(field) || value === null || (value === '' && !choices.includes(name))) continue
    read[name] = fieldValue(field, type, value, path === '' ? name : `${path}.${name}`)
  }
  return read
}

function fieldValue(field: Field, scope: readonly string[], json: unknown, path: string): unknown {
  if (field.keyType !== undefined) {
    if (typeof json !== 'object' || json === null) throw new InvalidJsonError(`Invalid value at '${path}', not a map`)
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, one(field, scope, value, `${path}.${key}`)]),
    )
  }
  if (field.rule !== 'repeated') return one(field, scope, json, path)
  if (!Array.isArray(json)) throw new InvalidJsonError(`Invalid value at '${path}', not a list`)
  return json.map((value, at) => one(field, scope, value, `${path}[${at}]`))
}

function one({ type }: Field, scope: readonly string[], json: unknown, path: string): unknown {
  const isRight =
    type === 'string' || type === 'bytes'
      ? typeof json === 'string'
      : type === 'bool'
        ? typeof json === 'boolean'
        : NUMBERS.includes(type)
          ? typeof json === 'number'
          : LONG.includes(type)
            ? /^-?\d+$/.test(String(json))
            : undefined
  if (isRight) return json
  if (isRight === false)
    throw new InvalidJsonError(`Invalid value at '${path}' (TYPE_${type.toUpperCase()}), ${JSON.stringify(json)}`)
  const full = resolved(type, scope)
  const { values } = nodeAt(full) ?? {}
  if (values === undefined) return message(full, json, path)
  const named = Object.entries(values).find(([name, number]) => name === json || number === json)?.[0]
  if (named === undefined)
    throw new InvalidJsonError(`Invalid value at '${path}' (${full.join('.')}), ${JSON.stringify(json)}`)
  return named
}

/** Full name of a type as it is called from within a message: the innermost scope that has it. */
function resolved(type: string, scope: readonly string[]): readonly string[] {
  for (let depth = scope.length; depth >= 0; depth--) {
    const full = [...scope.slice(0, depth), ...type.split('.')]
    const node = nodeAt(full)
    if (node?.fields || node?.values) return full
  }
  throw new Error(`the client describes no ${type}`)
}

function nodeAt(path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((node, part) => node?.nested?.[part], root)
}

function isOutput({ options }: Field): boolean {
  return options?.['(google.api.field_behavior)'] === 'OUTPUT_ONLY'
}
