export { deleteBelow } from './delete-below.ts'
export {
  CorruptObjectError,
  InvalidKeyError,
  KeyConflictError,
  StoreError,
  type StoreErrorFields,
  StoreFullError,
  StorePermissionError,
  StoreRefusedError,
  StoreSetupError,
  StoreUnavailableError,
} from './errors.ts'
export { FsStore } from './fs/fs-store.ts'
export { GcsStore } from './gcs/gcs-store.ts'
export { isKey, objectUrl } from './key.ts'
export { MemoryStore } from './memory/memory-store.ts'
export { S3Store } from './s3/s3-store.ts'
export type { CallOptions, GetOptions, PutOptions, Store, StorePlace } from './store.ts'
export { openStore, type StoreLocation, splitUrl } from './url.ts'
