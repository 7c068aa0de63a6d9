import type { KernelShape } from '../../src/lambdapack/index.ts'

/** Kernels for the checker's tests, in the shape that the kernels' own table has. */
export const kernels: readonly KernelShape[] = [
  kernel('potrf', 1, 1, 1, ['chol']),
  kernel('trsm', 2, 2, 1),
  kernel('syrk', 3, 3, 1),
  kernel('gemm', 2, 3, 1),
  kernel('add', 2, 2, 1, ['add_matrices'], [false, true]),
  kernel('identity', 1, 1, 1),
  kernel('qr_factor', 1, 2, 3, [], [false, true]),
  kernel('qr_leaf', 3, 3, 1),
  kernel('qr_trailing_update', 4, 4, 2, [], [false, false, false, true]),
  kernel('lq_factor', 1, 2, 3, [], [false, true]),
  kernel('lq_leaf', 3, 3, 1),
  kernel('lq_trailing_update', 4, 4, 2, [], [false, false, false, true]),
  kernel('sum', 1, Number.POSITIVE_INFINITY, 1, [], [true]),
  kernel('split', 1, 1, 2),
]

function kernel(
  name: string,
  minInputs: number,
  maxInputs: number,
  outputs: number,
  aliases: readonly string[] = [],
  absent: readonly boolean[] = [],
): KernelShape {
  return { name, aliases, minInputs, maxInputs, outputs, absent }
}

/** A program without fault, at each of the given sizes. */
export interface ValidProgram {
  readonly name: string
  readonly text: string
  readonly sizes: readonly Readonly<Record<string, number>>[]
}

export const validPrograms: readonly ValidProgram[] = [
  {
    name: 'Cholesky with truncate',
    sizes: [1, 2, 3, 5, 8]
      .flatMap((N) => [0, 1].map((truncate) => ({ N, truncate })))
      .filter(({ N, truncate }) => N > truncate),
    text: `def cholesky(O: BigMatrix, I: BigMatrix, S: BigMatrix, N: int, truncate: int):
    # the first column reads the input
    O[0, 0] = chol(I[0, 0])
    for j in range(1, N - truncate):
        O[j, 0] = trsm(O[0, 0], I[j, 0])
        for k in range(1, j + 1):
            S[1, j, k] = syrk(I[j, k], O[j, 0], O[k, 0])
    for i in range(1, N - truncate):
        O[i, i] = chol(S[i, i, i])
        for j in range(i + 1, N - truncate):
            O[j, i] = trsm(O[i, i], S[i, j, i])
            for k in range(i + 1, j + 1):
                S[i + 1, j, k] = syrk(S[i, j, k], O[j, i], O[k, i])
`,
  },
  {
    name: 'GEMM with a tree',
    sizes: [1, 2, 3, 4, 7, 8].map((K) => ({ M: 2, N: 3, K })),
    text: `def gemm(A: BigMatrix, B: BigMatrix, M: int, N: int, K: int, T: BigMatrix[M, N, K, K + 1], C: BigMatrix[M, N]):
    """C = A B, the sum over k by a binary tree."""
    for i in range(0, M):
        for j in range(0, N):
            for k in range(0, K):
                T[i, j, k, 0] = gemm(A[i, k], B[k, j])
    depth = ceiling(log(K) / log(2))
    for i in range(0, M):
        for j in range(0, N):
            for level in range(0, depth):
                for k in range(0, K, 2 ** (level + 1)):
                    T[i, j, k, level + 1] = add_matrices(T[i, j, k, level], T[i, j, k + 2 ** level, level])
            C[i, j] = identity(T[i, j, 0, depth])
    return C
`,
  },
  {
    name: 'TSQR',
    sizes: [1, 2, 3, 5, 8, 9].map((N) => ({ N })),
    text: `def tsqr(A: BigMatrix, V: BigMatrix, T: BigMatrix, R: BigMatrix[N, N + 1], N: int):
    for j in range(0, N):
        V[j, 0], T[j, 0], R[j, 0] = qr_factor(A[j, 0])
    for level in range(0, ceiling(log(N) / log(2))):
        for j in range(0, N, 2 ** (level + 1)):
            V[j, level + 1], T[j, level + 1], R[j, level + 1] = qr_factor(R[j, level], R[j + 2 ** level, level])
    return R
`,
  },
  {
    name: 'QR',
    sizes: [1, 2, 4].flatMap((M) => [1, 2].map((N) => ({ M, N }))).filter(({ M, N }) => M >= N),
    text: `def qr(I: BigMatrix, V: BigMatrix, T: BigMatrix, R: BigMatrix, S: BigMatrix, M: int, N: int):
    for i in range(0, N):
        if i == 0:
            V[0, 0], T[0, 0], R[0, 0, 0] = qr_factor(I[0, 0])
            for j in range(1, N):
                S[1, 0, j, 0] = qr_leaf(V[0, 0], T[0, 0], I[0, j])
            for k in range(1, M):
                V[k, 0], T[k, 0], R[k, 0, 0] = qr_factor(R[k - 1, 0, 0], I[k, 0])
                for j in range(1, N):
                    S[1, 0, j, k], S[1, k, j, 0] = qr_trailing_update(V[k, 0], T[k, 0], S[1, 0, j, k - 1], I[k, j])
        elif i >= 1 and not M < N:
            V[i, i], T[i, i], R[i, i, i] = qr_factor(S[i, i, i, 0])
            for j in range(i + 1, N):
                S[i + 1, i, j, 0] = qr_leaf(V[i, i], T[i, i], S[i, i, j, 0])
            for k in range(i + 1, M):
                V[k, i], T[k, i], R[k, i, i] = qr_factor(R[k - 1, i, i], S[i, k, i, 0])
                for j in range(i + 1, N):
                    S[i + 1, i, j, k - i], S[i + 1, k, j, 0] = qr_trailing_update(V[k, i], T[k, i], S[i + 1, i, j, k - i - 1], S[i, k, j, 0])
`,
  },
  {
    name: 'a reduction to band form',
    sizes: [1, 2, 3, 4, 6].map((N) => ({ N })),
    text: `def band(I: BigMatrix, S: BigMatrix[N + 1, N, N], V: BigMatrix, T: BigMatrix, R: BigMatrix[N, N, 8], L: BigMatrix, N: int):
    for r in range(0, N):
        for c in range(0, N):
            S[0, r, c] = identity(I[r, c])
    for i in range(0, N):
        b = N - i
        levels = ceiling(log(b) / log(2))
        for r in range(i, N):
            V[r, i, 0], T[r, i, 0], R[r, i, 0] = qr_factor(S[i, r, i])
            for c in range(i + 1, N):
                S[i + 1, r, c] = qr_leaf(V[r, i, 0], T[r, i, 0], S[i, r, c])
        for level in range(0, levels):
            for r in range(i, N, 2 ** (level + 1)):
                # what lies outside of R's grid is absent; what lies inside was written only where the tree has a node
                if r + 2 ** level < N:
                    V[r, i, level + 1], T[r, i, level + 1], R[r, i, level + 1] = qr_factor(R[r, i, level], R[r + 2 ** level, i, level])
                else:
                    V[r, i, level + 1], T[r, i, level + 1], R[r, i, level + 1] = qr_factor(R[r, i, level])
        if i == N - 1:
            last = 0
        else:
            last = 1
        L[i, last] = identity(R[i, i, levels])
`,
  },
  {
    name: 'scalars, defaults and keywords',
    sizes: [{ N: 1 }, { N: 6, scale: 0.25 }],
    text: `def many(A: BigMatrix, B: BigMatrix[N, N] = 0, N: int, scale: float = 1e-3):
    for i in range(N - 1, -1, -1):
        for j in range(i % 2, min(N, i + 3) // 1, 2):
            if i < j <= N or i == 0 and not j > 2:
                B[i, j] = gemm(A[i, j], A[j, i], 3, -scale ** 2, alpha=scale, beta=floor(i / 2))
            else:
                pass
    return B
`,
  },
  {
    name: 'programs that call programs',
    sizes: [{ N: 1 }, { N: 4 }],
    text: `def column(X: BigMatrix, Y: BigMatrix, at: int, N: int, shift: int = 0):
    last = N - 1
    for i in range(0, N):
        Y[i + shift, at] = identity(X[i, last])

def all(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int):
    for i in range(0, N):
        column(A, B, i, N)
    column(B, C, 0, N)
    column(B, C, N=N, at=1, shift=3)
    return C
`,
  },
]
