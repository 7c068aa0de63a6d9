/**
 * Writes into the documentation what is made by running it: the output below `sh` and `python check` blocks, task
 * graphs, and code cut from examples. `node test/docs/helpers/update.ts [page ...]`
 */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FencedBlock, fencedBlocks, outputAfter, readPage, region, root } from './markdown.ts'
import { checkOutput, dagOutput } from './program.ts'
import { runLine, sessionOf } from './session.ts'

type Replacement = { readonly block: FencedBlock; readonly text: string }

function replaced(page: string, replacements: readonly Replacement[]): string {
  const lines = page.split('\n')
  for (const { block, text } of [...replacements].sort((a, b) => b.block.start - a.block.start))
    lines.splice(block.start + 1, block.end - block.start - 1, ...text.split('\n'))
  return lines.join('\n')
}

function outputsOf(page: string): Replacement[] {
  const folder = mkdtempSync(join(tmpdir(), 'numpywren-guide-'))
  cpSync(`${root}examples`, join(folder, 'examples'), { recursive: true })
  const outputs = new Map<number, string>()
  const session = sessionOf(page)
  for (const line of session) {
    const { status, output } = runLine(line, folder)
    if (!line.exits.includes(status ?? -1)) process.stderr.write(`exit ${status}: ${line.command}\n${output}`)
    const isAlone = session.filter(({ block }) => block === line.block).length === 1
    const printed = `${isAlone ? '' : `$ ${line.command}\n`}${output.replaceAll(folder, '/data')}`
    outputs.set(line.block, `${outputs.get(line.block) ?? ''}${printed}`)
  }
  rmSync(folder, { recursive: true })
  const blocks = fencedBlocks(page)
  return [...outputs].flatMap(([start, text]) => {
    const block = blocks.find((each) => each.start === start)
    const output = block && outputAfter(block, blocks)
    return output && output.info !== 'cut' ? [{ block: output, text: text.trimEnd().replaceAll(/ +$/gm, '') }] : []
  })
}

const pages = process.argv.slice(2)
for (const path of pages.length > 0 ? pages : ['docs/guide.md', 'docs/lambdapack.md']) {
  let page = readPage(path)
  const cut = fencedBlocks(page).flatMap((block): Replacement[] => {
    const [, file = '', name = ''] = /^(examples\/[^#\s]+)#?(\S*)$/.exec(block.info) ?? []
    return file === '' ? [] : [{ block, text: region(file, name) }]
  })
  page = replaced(page, cut)
  const blocks = fencedBlocks(page)
  const faults = blocks.flatMap((block): Replacement[] => {
    if (block.info.startsWith('dag ')) return [{ block, text: dagOutput(block.info) }]
    const output = block.info.startsWith('check') ? outputAfter(block, blocks) : undefined
    return output ? [{ block: output, text: checkOutput(block.text, block.info) }] : []
  })
  page = replaced(page, faults)
  page = replaced(page, outputsOf(page))
  writeFileSync(`${root}${path}`, page)
}
