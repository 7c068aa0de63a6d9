import test from 'ava'
import { sampleComparison } from '../report/helpers/comparison.ts'
import { readPage } from './helpers/markdown.ts'

/** Names of fields, but those that data makes: kinds of errors and ends of calls. */
function fieldsOf(value: unknown, into = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const each of value) fieldsOf(each, into)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, held] of Object.entries(value)) {
      into.add(name)
      if (!['kinds', 'unanswered', 'options'].includes(name)) fieldsOf(held, into)
    }
  }
  return into
}

test('the page on comparisons names every field of report.json', (t) => {
  const page = readPage('docs/comparison.md')
  const missing = [...fieldsOf(sampleComparison())].filter((name) => !new RegExp(`[\`.]${name}[\`.\\[]`).test(page))
  t.deepEqual(missing, [])
})
