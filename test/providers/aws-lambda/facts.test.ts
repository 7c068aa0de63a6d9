/** Limits and prices of Lambda, and what follows from them. */

import { readFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import test from 'ava'
import { awsLambda, lambdaFacts, slotsOf } from '../../../src/providers/aws-lambda/index.ts'
import { shapeOf } from '../../../src/providers/aws-lambda/shape.ts'
import type { Finding } from '../../../src/providers/function/index.ts'
import { costRow } from './helpers/cost-example.ts'

const MIB = 2 ** 20
const usage = (gibSeconds: number, invocations = 0) => ({ invocations, gibSeconds, billedMs: 0, vcpuSeconds: 0 })
const totalOf = (items: readonly { readonly amount: number }[]) => items.reduce((sum, { amount }) => sum + amount, 0)

test('memory brings its share of the cores, and slots are the nearest number of them', (t) => {
  const table: readonly (readonly [mib: number, vcpus: number, slots: number])[] = [
    [128, 0.072, 1],
    [1769, 1, 1],
    [2000, 1.131, 1],
    [3008, 1.7, 2],
    [3538, 2, 2],
    [7076, 4, 4],
    [10_240, 5.789, 6],
  ]
  for (const [mib, vcpus, slots] of table) {
    t.true(Math.abs(lambdaFacts.vcpusOf(mib * MIB) - vcpus) < 1e-3, `${mib} MiB`)
    t.is(slotsOf(mib * MIB), slots, `${mib} MiB`)
    t.true(slotsOf(mib * MIB) <= Math.min(6, Math.ceil(mib / 1769)), 'no more than the cores that are seen')
    const { tileBytes, memoryBytes } = shapeOf({ MemorySize: mib })
    t.true(tileBytes > 0 && tileBytes < memoryBytes)
  }
})

test('an hour of the largest sandbox costs what the price list says', (t) => {
  const hour = usage(10 * 3600)
  t.is(totalOf(lambdaFacts.costOf(hour, 'x86_64')).toFixed(3), '0.600')
  t.is(totalOf(lambdaFacts.costOf(hour, 'arm64')).toFixed(3), '0.480')
  t.is(totalOf(lambdaFacts.costOf(usage(0, 1e6), 'x86_64')).toFixed(3), '0.200')
})

test('prices fall beyond the first tiers of a month', (t) => {
  const items = lambdaFacts.costOf(usage(20e9), 'x86_64')
  t.deepEqual(
    items.map(({ item, quantity, unitPrice }) => [item, quantity, unitPrice]),
    [
      ['requests', 0, 0.2 / 1e6],
      ['compute (x86_64)', 6e9, 0.0000166667],
      ['compute, tier 2 (x86_64)', 9e9, 0.000015],
      ['compute, tier 3 (x86_64)', 5e9, 0.0000133334],
    ],
  )
  for (const { quantity, unitPrice, amount } of items) t.is(amount, quantity * unitPrice)
})

test('every figure has a source and a date', (t) => {
  for (const { source, asOf } of [lambdaFacts.limits, lambdaFacts.prices]) {
    t.regex(source, /aws\.amazon\.com/)
    t.regex(asOf, /^20\d\d-\d\d-\d\d$/)
  }
})

test('the table of costs in the documentation follows from the facts', async (t) => {
  const page = await readFile(new URL('../../../docs/deploy-aws.md', import.meta.url), 'utf8')
  for (const n of [16_384, 65_536, 262_144]) t.true(page.includes(costRow(n)), costRow(n))
  t.true(page.includes(`read on ${lambdaFacts.prices.asOf}`))
})

test('a client that is not installed is named with the command that installs it', async (t) => {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier.startsWith('@aws-sdk/')) throw new Error(`Cannot find package '${specifier}'`)
      return next(specifier, context)
    },
  })
  t.teardown(() => hooks.deregister())
  const message = /npm install @aws-sdk\/client-lambda$/
  await t.throwsAsync(awsLambda().connect({ name: 'numpywren-worker' }), { name: 'InputError', message })
  const findings: Finding[] = []
  for await (const finding of awsLambda().doctor({ name: 'numpywren-worker' })) findings.push(finding)
  t.like(findings, [{ state: 'problem' }])
  t.regex(findings[0]?.text ?? '', /npm install @aws-sdk\/client-sts$/)
})
