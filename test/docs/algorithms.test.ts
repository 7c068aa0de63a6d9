/** The guide's tables of algorithms and judgements are those of the catalogue, with every option. */

import test from 'ava'
import { algorithms, verifications } from '../../src/linalg/index.ts'
import { readPage } from './helpers/markdown.ts'

const page = readPage('docs/guide.md')

/** The rows of the table below a heading. */
function rowsBelow(heading: string): string[] {
  const section = page.slice(page.indexOf(`\n${heading}\n`) + heading.length + 2)
  const rest = section.slice(0, section.search(/\n#+ /))
  return rest.split('\n').filter((line) => line.startsWith('| `'))
}

const flag = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

test('every algorithm has a row with its results, operands and options', (t) => {
  const rows = rowsBelow('### Every command')
  for (const { name, operands, results, options } of algorithms) {
    const own = rows.filter((row) => row.startsWith(`| \`${name} `)).join('\n')
    t.not(own, '', name)
    for (const { name: operand, option } of operands) {
      t.true(own.includes(option === undefined ? ` ${operand}` : `--${option} `), `${name}: ${operand}`)
    }
    for (const { option, short } of results) {
      t.true(own.includes(`--${option}\``) || own.includes(`-${short} `), `${name}: --${option}`)
    }
    for (const option of Object.keys(options)) t.regex(own, new RegExp(`${flag(option)}[\` ]`), name)
  }
  t.is(new Set(rows.map((row) => row.split(/[ `]+/)[1])).size, algorithms.length)
})

test('every judgement has a row with its matrices', (t) => {
  const rows = rowsBelow('## Verify').join('\n')
  for (const { name, matrices, optional = [] } of verifications) {
    t.true(rows.includes(`\`${[name, ...matrices, ...optional].join(' ')}`), name)
  }
})
