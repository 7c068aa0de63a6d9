import test from 'ava'
import { ofProvider, parseChoices, parsePerProvider } from '../../src/cli/per-provider.ts'

const names = ['here', 'local', 'aws-lambda'] as const
const parse = parsePerProvider(names)

test('one value is for all, assignments for each', (t) => {
  t.is(ofProvider(parse('s3://b/a=1,c'), 'local'), 's3://b/a=1,c')
  const values = parse('local=work, aws-lambda=s3://b/x=y')
  t.is(ofProvider(values, 'local'), 'work')
  t.is(ofProvider(values, 'aws-lambda'), 's3://b/x=y')
  t.is(ofProvider(values, 'here'), undefined)
  t.is(ofProvider(undefined, 'here'), undefined)
})

test('what is neither is refused', (t) => {
  t.throws(() => parse('here=a,b'), { message: /wanted PROVIDER=VALUE with one of here, local, aws-lambda, found 'b'/ })
  t.throws(() => parse('here=a,here=b'), { message: /here is given twice/ })
  t.throws(() => parse('here='), { message: /wanted PROVIDER=VALUE/ })
  t.throws(() => parse(' '), { message: /wanted a value/ })
})

test('some of the names, each once', (t) => {
  t.deepEqual(parseChoices(names)('aws-lambda, here'), ['aws-lambda', 'here'])
  t.throws(() => parseChoices(names)('here,here'), { message: /given twice/ })
  t.throws(() => parseChoices(names)('azure'), { message: /'azure' is none of here, local, aws-lambda/ })
})
