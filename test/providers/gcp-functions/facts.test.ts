import { readdir, readFile } from 'node:fs/promises'
import test from 'ava'
import { billed } from '../../../src/providers/calls/calls.ts'
import { checkSize } from '../../../src/providers/gcp-functions/facts.ts'
import { gcpFacts } from '../../../src/providers/gcp-functions/index.ts'
import { costRow } from './helpers/cost-example.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30

const hourOf = (vcpus: number, gib: number) => ({
  invocations: 0,
  billedMs: 3_600_000,
  gibSeconds: gib * 3600,
  vcpuSeconds: vcpus * 3600,
})

test('an hour of an instance costs what the price list says', (t) => {
  const total = (vcpus: number, gib: number): string =>
    gcpFacts
      .costOf(hourOf(vcpus, gib), 'x86_64')
      .reduce((sum, { amount }) => sum + amount, 0)
      .toFixed(4)
  t.is(total(8, 4), (8 * 0.0864 + 4 * 0.009).toFixed(4))
  t.is(total(1, 2), '0.1044')
  const [requests] = gcpFacts.costOf({ ...hourOf(0, 0), invocations: 1e6 }, 'x86_64')
  t.is(requests?.amount.toFixed(2), '0.40')
})

test('requests are billed in tenths of a second, starts included', (t) => {
  t.is(billed(gcpFacts, 1), 100)
  t.is(billed(gcpFacts, 100), 100)
  t.is(billed(gcpFacts, 101), 200)
  t.is(billed(gcpFacts, 250, 120), 400)
})

test('the fewest vCPUs that may have a memory', (t) => {
  const expected = [
    [512 * MIB, 1],
    [4 * GIB, 1],
    [4 * GIB + MIB, 2],
    [16 * GIB, 4],
    [16 * GIB + MIB, 6],
    [32 * GIB, 8],
  ] as const
  for (const [memoryBytes, vcpus] of expected) {
    t.is(gcpFacts.vcpusOf(memoryBytes), vcpus)
    t.notThrows(() => checkSize(memoryBytes, vcpus))
  }
})

test('sizes that no instance has are refused with what there is', (t) => {
  const refused = [
    [256 * MIB, 1, /512 MiB to 32 GiB/],
    [33 * GIB, 8, /512 MiB to 32 GiB/],
    [4 * GIB, 3, /1, 2, 4, 6, 8/],
    [GIB, 4, /2 GiB to 16 GiB.*fewer vCPUs/],
    [9 * GIB, 2, /512 MiB to 8 GiB.*more vCPUs/],
    [GIB, 0.25, /at most 512 MiB.*whole vCPU/],
    [2 * GIB, 0.5, /at most 1 GiB/],
    [512 * MIB, 0.01, /at least 0.08/],
  ] as const
  for (const [memoryBytes, vcpus, message] of refused)
    t.throws(() => checkSize(memoryBytes, vcpus), { name: 'InputError', message })
  t.notThrows(() => checkSize(GIB, 0.5))
})

test('the table of costs in the documentation follows from the facts', async (t) => {
  const page = await readFile(new URL('../../../docs/deploy-gcp.md', import.meta.url), 'utf8')
  for (const n of [16_384, 65_536, 262_144]) t.true(page.includes(costRow(n)), costRow(n))
  t.true(page.includes(`read on ${gcpFacts.prices.asOf}`))
})

test('every role that is given, or that a message asks for, stands in the documentation', async (t) => {
  const page = await readFile(new URL('../../../docs/deploy-gcp.md', import.meta.url), 'utf8')
  const folder = new URL('../../../src/providers/gcp-functions/', import.meta.url)
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const sources = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')))
  const roles = new Set(sources.flatMap((source) => source.match(/roles\/[a-z]+\.[A-Za-z]+/g) ?? []))
  t.true(roles.size > 5)
  t.deepEqual(
    [...roles].filter((role) => !page.includes(role)),
    [],
  )
})
