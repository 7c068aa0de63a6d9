/** Zarr arrays written and read by zarr-python. */

import { runPython } from '../../helpers/python.ts'

/** The array at a path as zarr-python reads it: numbers in row-major order, with `NaN` and infinities as strings. */
export async function readWithPython(
  path: string,
): Promise<{ shape: number[]; dtype: string; data: (number | string)[] }> {
  const program = `
import json, sys, zarr
array = zarr.open_array(sys.argv[1], mode='r')
print(json.dumps({'shape': array.shape, 'dtype': str(array.dtype),
    'data': [x if x - x == 0 else str(x) for x in array[...].ravel().tolist()]}))`
  return JSON.parse(await runPython(program, path))
}

/** Numbers as {@link readWithPython} gives them. */
export function asPythonPrints(data: Iterable<number>): (number | string)[] {
  return Array.from(data, (value) => (Number.isFinite(value) ? value : pythonNames.get(String(value))!))
}

const pythonNames = new Map([
  ['NaN', 'nan'],
  ['Infinity', 'inf'],
  ['-Infinity', '-inf'],
])

/**
 * Writes arange(m * n) as an m x n array with zarr-python.
 * @param options Python keyword arguments of `zarr.create_array`, as text
 */
export async function writeWithPython(path: string, shape: readonly number[], options: string): Promise<void> {
  const program = `
import sys, numpy, zarr
from zarr.codecs import *
shape = ${JSON.stringify(shape)}
array = zarr.create_array(sys.argv[1], shape=shape, ${options})
array[...] = numpy.arange(numpy.prod(shape)).reshape(shape)`
  await runPython(program, path)
}
