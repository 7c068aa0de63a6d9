import test from 'ava'
import * as numpywren from '../src/index.ts'

test('the public names are these', (t) => {
  t.snapshot(Object.keys(numpywren).sort())
})
