import { opendir, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isAbandoned, isTemporaryName, removeIfAbandoned } from './temporary-name.ts'
import { isMissing } from './translate-error.ts'

/**
 * Unfinished files of dead writers below a folder, whose removal a listing does by the way: found, counted and, unless `dryRun`,
 * removed with the folders that held nothing else.
 */
export async function removeAbandonedFiles(
  root: string,
  { dryRun }: { readonly dryRun: boolean },
): Promise<{ readonly objects: number; readonly bytes: number }> {
  const total = { objects: 0, bytes: 0 }
  const visit = async (folder: string): Promise<void> => {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) await visit(path).catch(ignoreMissing)
      if (!entry.isFile() || !isTemporaryName(entry.name) || !(await isAbandoned(path, entry.name))) continue
      const { size } = await stat(path)
      if (!dryRun) {
        await removeIfAbandoned(path, entry.name)
        await pruneFolders(dirname(path), root)
      }
      total.objects++
      total.bytes += size
    }
  }
  await visit(root).catch(ignoreMissing)
  return total
}

/** Removes empty folders from `folder` upwards, below `root`: an object store has none. */
export async function pruneFolders(folder: string, root: string): Promise<void> {
  try {
    for (let empty = folder; empty.length > root.length; empty = dirname(empty)) await rmdir(empty)
  } catch {
    // Not empty, or a concurrent delete was quicker.
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error
}
