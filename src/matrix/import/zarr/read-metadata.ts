import { InputError } from '../../../errors.ts'
import { excerpt, FileFormatError } from '../errors.ts'
import { isRecord } from './fields.ts'
import type { ZarrLayout } from './layout.ts'
import { parseZarrV2 } from './metadata-v2.ts'
import { parseZarrV3 } from './metadata-v3.ts'
import type { ZarrSource } from './source.ts'

/** Reads the metadata of a Zarr array, version 3 before version 2. @throws InputError when there is no array, or none of real numbers */
export async function readZarrMetadata(source: ZarrSource, signal?: AbortSignal): Promise<ZarrLayout> {
  const v3 = await readDocument(source, 'zarr.json', signal)
  if (v3?.node_type === 'group') throw await groupError(source)
  if (v3) return parseZarrV3(source.name, v3)
  const v2 = await readDocument(source, '.zarray', signal)
  if (v2) return parseZarrV2(source.name, v2)
  if (await source.get('.zgroup', { signal })) throw await groupError(source)
  throw new InputError(`${source.name} holds no Zarr array: neither zarr.json nor .zarray is there`)
}

async function readDocument(
  source: ZarrSource,
  key: string,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const bytes = await source.get(key, { signal })
  if (!bytes) return undefined
  const text = new TextDecoder().decode(bytes)
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    // biome-ignore lint/style/useErrorCause: it is passed, as the third argument
    throw new FileFormatError(source.name, `${key} is no JSON document: ${excerpt(text)}`, { cause })
  }
  if (!isRecord(document)) throw new FileFormatError(source.name, `${key} is no JSON object: ${excerpt(text)}`)
  return document
}

async function groupError(source: ZarrSource): Promise<InputError> {
  const arrays = await source.arrays()
  const hint =
    arrays.length === 0 ? 'name the array in it' : `name one of the arrays in it, such as ${arrays.join(', ')}`
  return new InputError(`${source.name} is a Zarr group and not an array; ${hint}`)
}
