import test from 'ava'
import { translateError } from '../../src/storage/fs/translate-error.ts'

const table: [code: string, name: string, category: string][] = [
  ['ENOSPC', 'StoreFullError', 'fatal'],
  ['EDQUOT', 'StoreFullError', 'fatal'],
  ['EFBIG', 'StoreFullError', 'fatal'],
  ['EACCES', 'StorePermissionError', 'fatal'],
  ['EPERM', 'StorePermissionError', 'fatal'],
  ['EROFS', 'StorePermissionError', 'fatal'],
  ['ENOTDIR', 'KeyConflictError', 'input'],
  ['EISDIR', 'KeyConflictError', 'input'],
  ['ENAMETOOLONG', 'InvalidKeyError', 'input'],
  ['EMFILE', 'StoreUnavailableError', 'transient'],
  ['EIO', 'StoreUnavailableError', 'transient'],
]

for (const [code, name, category] of table) {
  test(`${code} is a ${name}, ${category}`, (t) => {
    const cause = Object.assign(new Error(`${code}: no luck`), { code })
    const error = translateError(cause, 'write', 'file:///data', 'A/c/0')
    t.is(error.name, name)
    t.is(error.category, category as typeof error.category)
    t.true(error.message.includes('file:///data'))
  })
}
