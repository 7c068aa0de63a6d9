/** The shell sessions of the guide: every `sh` block that is not marked `not run`, line by line in one scratch folder. */

import { spawnSync } from 'node:child_process'
import { fencedBlocks, root } from './markdown.ts'

export interface SessionLine {
  readonly command: string
  /** Exit codes that are right: 0, unless a comment at the end of the line says `# exit 2` or `# exit 0 or 130`. */
  readonly exits: readonly number[]
  /** Line of the opening fence of its block. */
  readonly block: number
}

/** The commands of a page, in order. */
export function sessionOf(page: string): SessionLine[] {
  const blocks = fencedBlocks(page).filter(({ language, info }) => language === 'sh' && info !== 'not run')
  return blocks.flatMap(({ text, start }) =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
      .map((line) => {
        const codes = /# exit ([\d or]+)$/.exec(line)?.[1] ?? '0'
        return { command: line.replace(/ +#.*$/, ''), exits: codes.split(' or ').map(Number), block: start }
      }),
  )
}

/** Runs one line in a folder, with the checkout's commands first on the path. */
export function runLine(
  { command }: SessionLine,
  folder: string,
): { readonly status: number | null; readonly output: string } {
  const path = `${root}bin:${root}node_modules/.bin:${root}.venv/bin:${process.env.PATH ?? ''}`
  const { NUMPYWREN_STORE: _, ...environment } = process.env
  const env = { ...environment, PATH: path, COLUMNS: '100' }
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `{ ${command}\n} 2>&1`], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  return { status, output: `${stdout}${stderr}` }
}
