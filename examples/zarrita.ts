// Opens a result with zarrita, without numpywren. Run it after first-session.ts, in the same folder.

// #region open
import { FileSystemStore } from '@zarrita/storage'
import * as zarr from 'zarrita'

const L = await zarr.open.v3(zarr.root(new FileSystemStore('work/L')), { kind: 'array' })
const { data, shape, stride } = await zarr.get(L, [zarr.slice(0, 3), zarr.slice(0, 2)])
console.log(shape, stride, data)
// #endregion
