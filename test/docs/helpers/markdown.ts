/** What the tests of the documentation read out of a Markdown page: fenced blocks, headings and links. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../../..', import.meta.url))

export interface FencedBlock {
  /** First word after the fence. */
  readonly language: string
  /** The rest of the line after the fence. */
  readonly info: string
  readonly text: string
  /** Line of the opening fence and of the closing one, from 0. */
  readonly start: number
  readonly end: number
}

export function readPage(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8')
}

export function fencedBlocks(page: string): FencedBlock[] {
  const blocks: FencedBlock[] = []
  const lines = page.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const opening = /^(`{3,})(\S*) *(.*)$/.exec(lines[at] ?? '')
    if (!opening) continue
    const [, fence = '', language = '', info = ''] = opening
    const start = at
    do at++
    while (at < lines.length && lines[at] !== fence)
    blocks.push({ language, info: info.trim(), text: lines.slice(start + 1, at).join('\n'), start, end: at })
  }
  return blocks
}

/** The block that follows, with nothing but an empty line between, when it is output (`text`). */
export function outputAfter(block: FencedBlock, blocks: readonly FencedBlock[]): FencedBlock | undefined {
  return blocks.find(({ language, start }) => language === 'text' && start > block.end && start <= block.end + 2)
}

/** The region of an example file between `// #region name` (or `# #region name`) and `#endregion`, without its indentation. */
export function region(file: string, name: string): string {
  const lines = readPage(file).split('\n')
  if (name === '') return lines.join('\n').trimEnd()
  const start = lines.findIndex((line) => new RegExp(`#region ${name}$`).test(line))
  const length = lines.slice(start).findIndex((line) => line.endsWith('#endregion'))
  if (start < 0 || length < 0) throw new Error(`${file} has no region ${name}`)
  const body = lines.slice(start + 1, start + length)
  const indent = Math.min(...body.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
  return body.map((line) => line.slice(indent)).join('\n')
}

/** Targets of the links of a page, code left out. */
export function links(page: string): string[] {
  const prose = page.replace(/^(`{3,})[\s\S]*?^\1$/gm, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchors(page: string): Set<string> {
  const prose = page.replace(/^(`{3,})[\s\S]*?^\1$/gm, '')
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title)
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  )
}
