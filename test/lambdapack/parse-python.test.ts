import { execFileSync } from 'node:child_process'
import test from 'ava'
import { parse } from '../../src/lambdapack/index.ts'
import { validPrograms } from './corpus.ts'
import { mutate } from './mutate.ts'

/** What Python's own parser says of each text: '' when it takes it. */
function refusals(texts: readonly string[]): string[] {
  const script = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
def refusal(text):
    try:
        ast.parse(text)
        return ""
    except (SyntaxError, ValueError) as error:
        return str(error) or "refused"
json.dump([refusal(text) for text in json.load(sys.stdin)], sys.stdout)
`
  const output = execFileSync('python3', ['-c', script], { input: JSON.stringify(texts), maxBuffer: 1 << 28 })
  return JSON.parse(output.toString())
}

/** `= 0` after a matrix is no default value: parameters without one may follow, which Python does not take. */
const exempt = /non-default argument follows default|parameter without a default follows/

test('what Python refuses is refused', (t) => {
  const texts: string[] = []
  const rounds = Number(process.env.NUMPYWREN_FUZZ ?? 250)
  for (const [position, { text }] of validPrograms.entries()) {
    for (let seed = 0; seed < rounds; seed += 1) texts.push(mutate(text, position * 1_000_003 + seed))
  }
  const answers = refusals(texts)
  const missed = texts.flatMap((text, k) => {
    const refusal = answers[k] ?? ''
    if (refusal === '' || exempt.test(refusal)) return []
    return parse({ name: 'mutant', text }).diagnostics.length === 0 ? [{ text, refusal }] : []
  })
  t.deepEqual(missed.slice(0, 3), [])
  t.true(answers.filter((answer) => answer !== '').length > texts.length / 4, 'the mutations break enough texts')
})

test('what Python takes of the corpus is taken', (t) => {
  const texts = validPrograms.map(({ text }) => text)
  for (const [position, refusal] of refusals(texts).entries()) {
    if (!exempt.test(refusal)) t.is(refusal, '')
    t.deepEqual(parse({ name: 'valid', text: texts[position] ?? '' }).diagnostics, [])
  }
})
