import test from 'ava'
import { isNumpywrenError } from '../../src/errors.ts'
import {
  AlreadyExistsError,
  CorruptTileError,
  InvalidLayoutError,
  InvalidMetadataError,
  MatrixNotFoundError,
  OutOfBoundsError,
  ReadOnlyError,
  UnsupportedArrayError,
} from '../../src/matrix/index.ts'

const url = 'file:///data/A'
const table: [error: Error, category: string][] = [
  [new MatrixNotFoundError(url), 'input'],
  [new AlreadyExistsError(url), 'input'],
  [new InvalidMetadataError(`${url}/zarr.json`, { problem: 'shape: missing' }), 'input'],
  [new UnsupportedArrayError(url, 'it is sharded'), 'input'],
  [new InvalidLayoutError(`${url}: tile 0`), 'input'],
  [new OutOfBoundsError(`${url}: tile [9]`), 'input'],
  [new ReadOnlyError(`${url}: a view`), 'input'],
  [new CorruptTileError(url, [1, 2], 'A/c/1/2', 'it has 3 bytes'), 'fatal'],
]

for (const [error, category] of table) {
  test(`${error.constructor.name} is known by its tag, is ${category} and names the place`, (t) => {
    t.true(isNumpywrenError(error, error.constructor.name))
    t.is(error.name, error.constructor.name)
    t.like(error, { category })
    t.true(error.message.includes(url))
  })
}
