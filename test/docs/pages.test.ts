/** What the pages show is what there is: links resolve, code is cut from examples, printed faults and graphs are the real ones. */

import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import test from 'ava'
import { anchors, fencedBlocks, links, outputAfter, readPage, region, root } from './helpers/markdown.ts'
import { checkOutput, dagOutput } from './helpers/program.ts'

const pages = ['README.md', 'CHANGELOG.md', ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md') && existsSync(`${root}${path}`),
)

for (const path of pages) {
  test(`${path}: links between the pages resolve`, (t) => {
    const page = readPage(path)
    for (const link of links(page)) {
      if (/^[a-z]+:/.test(link)) continue
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : normalize(join(dirname(path), file))
      t.true(existsSync(`${root}${target}`), `${link}: there is no ${target}`)
      if (anchor !== undefined) t.true(anchors(readPage(target)).has(anchor), `${link}: ${target} has no such heading`)
    }
    t.pass()
  })

  test(`${path}: code blocks equal the examples they are cut from, and programs print what is shown`, (t) => {
    const blocks = fencedBlocks(readPage(path))
    for (const block of blocks) {
      const [, file = '', name = ''] = /^(examples\/[^#\s]+)#?(\S*)$/.exec(block.info) ?? []
      if (file !== '') t.is(block.text, region(file, name))
      if (block.info.startsWith('dag ')) t.is(block.text, dagOutput(block.info))
      if (block.info.startsWith('check'))
        t.is(checkOutput(block.text, block.info), outputAfter(block, blocks)?.text ?? '')
    }
    t.pass()
  })
}
