import { Resvg } from '@resvg/resvg-js'
import test from 'ava'
import { parseHTML } from 'linkedom'
import { RunTotals } from '../../src/events/index.ts'
import {
  type Comparison,
  comparisonHtml,
  comparisonPictures,
  comparisonSchema,
  comparisonTables,
  summaryTable,
} from '../../src/report/index.ts'
import { pushedRun, sampleComparison } from './helpers/comparison.ts'

const label = 'aws-lambda (emulated: 127.0.0.1:9300, store emulated: 127.0.0.1:7070)'
const sample = sampleComparison()
const html = comparisonHtml(sample)
const { document } = parseHTML(html)

test('report.json is read back by its schema, and a field of another kind is not', (t) => {
  const stored: unknown = JSON.parse(JSON.stringify(sample))
  t.deepEqual(JSON.parse(JSON.stringify(comparisonSchema.parse(stored))), stored)
  t.false(comparisonSchema.safeParse({ ...sample, version: 2 }).success)
  t.false(comparisonSchema.safeParse({ ...sample, more: 1 }).success)
  const [first] = sample.providers
  t.false(comparisonSchema.safeParse({ ...sample, providers: [{ ...first, label: 7 }] }).success)
})

test('every row of an emulated provider says so, in every table', (t) => {
  for (const { title, rows } of comparisonTables(sample)) {
    const emulated = rows.filter(([name]) => String(name).startsWith('aws-lambda'))
    t.true(emulated.length > 0, title)
    for (const [name] of emulated) t.is(name, label, title)
  }
  const cells = [...document.querySelectorAll('tbody th')].map((cell) => cell.textContent)
  t.true(cells.filter((text) => text === label).length > 20)
  t.false(cells.includes('aws-lambda'))
})

test('every picture with an emulated provider says so in its title and in each row', (t) => {
  const pictures = comparisonPictures(sample)
  t.deepEqual(
    pictures.map(({ name }) => name),
    ['completion', 'starts', 'split', 'workers-local', 'workers-aws-lambda'],
  )
  for (const { name, title, svg } of pictures) {
    t.notThrows(() => new Resvg(svg, { font: { loadSystemFonts: false } }), name)
    t.false(svg.includes('NaN'), name)
    t.is(title.includes('emulated'), name !== 'workers-local', title)
    // Titles may be cut into lines; rows are not.
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*aws-lambda[^<]*)</g)].map(([, text = '']) => text)
    t.true(
      texts.every((text) => text.includes('emulated')),
      texts.join('\n'),
    )
    const hints = [...svg.matchAll(/<title>([^<]*aws-lambda[^<]*)</g)].map(([, text = '']) => text)
    t.true(
      hints.every((text) => text.includes('emulated')),
      hints.join('\n'),
    )
  }
})

test('money from an emulation is never called a bill', (t) => {
  const { header, rows } = summaryTable(sample)
  const at = header.indexOf('money')
  t.regex(String(rows[0]?.[at]), /^\$[\d.]+$/)
  t.regex(String(rows[1]?.[at]), /^\$[\d.]+ \(from the emulation's times\)$/)
  const money = comparisonTables(sample).find(({ title }) => title.startsWith('Money'))
  for (const row of money?.rows ?? []) t.is(String(row.at(-1)).includes('emulation'), row[0] === label, row.join())
  t.true(money?.notes.some((note) => note.includes(label) && note.includes('2026-09-20') && note.includes('us-east-1')))
  t.truthy(document.querySelector('.emulated')?.textContent?.includes(label))
})

test('the tables show what the events add up to', (t) => {
  const totals = new RunTotals()
  for (const event of pushedRun(1800)) totals.add(event)
  const used = totals.statistics()
  const tables = comparisonTables(sample)
  const cell = (title: string, column: string): string => {
    const table = tables.find((each) => each.title === title)
    const row = table?.rows.find(([name, repeat]) => name === label && repeat === 1)
    return String(row?.[table?.header.indexOf(column) ?? -1])
  }
  t.is(cell('Runs', 'tasks'), String(used.tasks))
  t.is(Number(cell('Runs', 'core-seconds')), Number(used.coreSeconds.toPrecision(3)))
  t.is(Number(cell('Runs', 'in kernels (s)')), Number(used.computeSeconds.toPrecision(3)))
  t.is(cell('Starts', 'invocations'), String(used.invocations))
  t.is(cell('Starts', 'cold'), String(used.coldStarts))
  t.is(cell('Starts', 'p50 (ms)'), '1,800')
  t.is(cell('Store: latency of a call', 'reads'), String(used.requests - used.writeRequests))
  t.is(cell('Store: latency of a call', 'writes'), String(used.writeRequests))
  t.is(Number(cell('Where the time of the tasks went', 'compute (s)')), Number(used.computeSeconds.toPrecision(3)))
  const money = tables
    .find((each) => each.title.startsWith('Money'))
    ?.rows.filter(([name, repeat]) => name === label && repeat === 1)
  const amounts = (money ?? []).map((row) => Number(String(row[6]).slice(1)))
  t.true(Math.abs((amounts[0] ?? 0) + (amounts[1] ?? 0) - (amounts[2] ?? 0)) < 1e-6, amounts.join())
})

test('failures are counted where they happened', (t) => {
  const failures = comparisonTables(sample).find(({ title }) => title === 'Failures and retries')
  const row = failures?.rows.find(([name, repeat]) => name === label && repeat === 2)
  t.deepEqual(row?.slice(2), ['1', '1', 'StoreUnavailableError 1', '0', '1', 'crashed 1', '0'])
})

test('a provider that failed keeps its row, which says why, as text', (t) => {
  const row = [...document.querySelectorAll('tbody tr')].find(
    (each) => each.querySelector('th')?.textContent === 'gcp-functions',
  )
  t.true(row?.textContent?.includes('failed: no function numpywren-worker is deployed in us-central1 <of project p>'))
  t.true(row?.textContent?.includes('0 of 3'))
  t.false(html.includes('<of project'))
})

test('the page needs nothing but itself', (t) => {
  for (const tag of ['script', 'link', 'img', 'iframe', 'object', 'embed', 'base', 'form']) {
    t.is(document.querySelectorAll(tag).length, 0, tag)
  }
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes]) {
      if (/https?:/.test(value)) t.true(name.startsWith('xmlns'), `${element.tagName} ${name}=${value}`)
      t.false(/^(src|href|xlink:href|on\w+)$/.test(name), `${element.tagName} ${name}`)
    }
  }
  t.false(/@import|url\(/.test(html))
  t.is(document.querySelectorAll('figure > svg').length, 5)
})

test('a comparison in which everything failed is a page with its reasons', (t) => {
  const failed: Comparison = {
    ...sample,
    providers: sample.providers.map((provider) => ({ ...provider, problem: 'no credentials', runs: [] })),
    agreement: { state: 'nothing to compare', text: 'Nothing.', groups: [] },
  }
  const page = comparisonHtml(failed)
  t.deepEqual(comparisonPictures(failed), [])
  t.is([...page.matchAll(/failed: no credentials/g)].length > 3, true)
  t.true(comparisonSchema.safeParse(failed).success)
})
