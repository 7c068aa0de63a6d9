import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('syntax: several at once', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(N)
        A[i] = potrf(B[i]
    A[N + ] = potrf(B[0])
    x = = 3
       y = 1
`
  const expected = [
    `p.lp:2:22: error: ':' is missing after 'for'
    for i in range(N)
                     ^`,
    `p.lp:3:21: error: '(' is never closed
        A[i] = potrf(B[i]
                    ^`,
    `p.lp:4:9: error: something is missing after '+'
    A[N + ] = potrf(B[0])
        ^`,
    `p.lp:5:7: error: something is missing after '='
    x = = 3
      ^`,
    `p.lp:6:8: error: unexpected indentation
       y = 1
       ^`,
  ]
  expectFaults(t, text, expected)
})

test('syntax: Python that is not part of the language', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    while N: pass
    N += 1
    k = [1]
    import os
    try:
        pass
    except: pass
    A[0:2] = potrf(B[0])
    A[1] = potrf(*B)
    k = N.x
    k = 1 if N else 2
    for i in range(3): break
    A[2] = B[2]
    global N
`
  const expected = [
    `p.lp:2:5: error: 'while' is not part of LAmbdaPACK: the number of iterations must be known; use 'for ... in range(...)'
    while N: pass
    ^~~~~`,
    `p.lp:3:7: error: augmented assignment is not part of LAmbdaPACK: a name is assigned once; write a new name
    N += 1
      ^~`,
    `p.lp:4:9: error: lists are not part of LAmbdaPACK
    k = [1]
        ^~~`,
    `p.lp:5:5: error: imports are not part of LAmbdaPACK: kernels are called by name, and 'log', 'min', 'ceiling' are built in
    import os
    ^~~~~~`,
    `p.lp:6:5: error: 'try' is not part of LAmbdaPACK: a kernel that fails ends the run
    try:
    ^~~`,
    `p.lp:9:8: error: slices are not part of LAmbdaPACK: a reference names one tile; loop with 'for'
    A[0:2] = potrf(B[0])
       ^`,
    `p.lp:10:18: error: '*' before an argument is not part of LAmbdaPACK
    A[1] = potrf(*B)
                 ^`,
    `p.lp:11:5: error: 'k' is assigned twice: here and at 4:5; a scalar is assigned once
    k = N.x
    ^`,
    `p.lp:11:10: error: attributes are not part of LAmbdaPACK
    k = N.x
         ^~`,
    `p.lp:12:5: error: 'k' is assigned twice: here and at 11:5; a scalar is assigned once
    k = 1 if N else 2
    ^`,
    `p.lp:12:9: error: conditional expressions are not part of LAmbdaPACK: assign in both branches of an if/else
    k = 1 if N else 2
        ^~~~~~~~~~~~~`,
    `p.lp:13:24: error: 'break' is not part of LAmbdaPACK: iterations have no order; put the condition into an 'if'
    for i in range(3): break
                       ^~~~~`,
    `p.lp:14:12: error: a tile is assigned by a kernel call, such as identity(A[i, j])
    A[2] = B[2]
           ^~~~`,
    `p.lp:15:5: error: 'global' and 'nonlocal' are not part of LAmbdaPACK: pass a parameter
    global N
    ^~~~~~`,
  ]
  expectFaults(t, text, expected)
})
