import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { deleteBelow, openStore } from '../storage/index.ts'

/** Removes everything below a URL; of a folder of this machine the folder as well. @throws StoreError */
export async function removeFolder(url: string): Promise<void> {
  if (url.startsWith('file:')) {
    await rm(fileURLToPath(url), { recursive: true, force: true })
    return
  }
  const store = openStore(url)
  try {
    await deleteBelow(store, '')
  } finally {
    await store.close()
  }
}
