/** Programs of the original's kind whose kernels come later: tree reductions, several targets, absent operands. */

export const tsqr = `
def TSQR(A: BigMatrix, R: BigMatrix[N, ceiling(log(N) / log(2)) + 1], N: int):
    """Tall and skinny: R of every row tile, then a tree of pairs."""
    for i in range(0, N):
        R[i, 0] = qr_factor(A[i, 0])
    for level in range(0, ceiling(log(N) / log(2))):
        for i in range(0, N, 2 ** (level + 1)):
            R[i, level + 1] = qr_factor(R[i, level], R[i + 2 ** level, level])
`

export const qr = `
def QR(I: BigMatrix, V: BigMatrix, T: BigMatrix, R: BigMatrix[N, N, depth], S: BigMatrix, W: BigMatrix[N, N, N, depth], N: int, depth: int, truncate: int = 0):
    for i in range(0, N - truncate):
        levels = ceiling(log(N - i) / log(2))
        for j in range(i, N):
            if i == 0:
                V[j, 0, 0], T[j, 0, 0], R[j, 0, 0] = qr_factor(I[j, 0])
            else:
                V[j, i, 0], T[j, i, 0], R[j, i, 0] = qr_factor(S[j, i, i])
        for level in range(0, levels):
            for j in range(i, N, 2 ** (level + 1)):
                V[j, i, level + 1], T[j, i, level + 1], R[j, i, level + 1] = qr_factor(R[j, i, level], R[j + 2 ** level, i, level])
        for k in range(i + 1, N):
            for j in range(i, N):
                if i == 0:
                    W[j, k, 0, 0] = qr_leaf(V[j, 0, 0], T[j, 0, 0], I[j, k])
                else:
                    W[j, k, i, 0] = qr_leaf(V[j, i, 0], T[j, i, 0], S[j, k, i])
            for level in range(0, levels):
                for j in range(i, N, 2 ** (level + 1)):
                    W[j, k, i, level + 1], S[j + 2 ** level, k, i + 1] = qr_trailing_update(V[j, i, level + 1], T[j, i, level + 1], W[j, k, i, level], W[j + 2 ** level, k, i, level])
`

export const bdfac = `
def BDFAC(I: BigMatrix, V: BigMatrix, T: BigMatrix, R: BigMatrix[N, N, N + 1], W: BigMatrix[N, N, N, N + 1], S: BigMatrix, VL: BigMatrix, TL: BigMatrix, L: BigMatrix[N, N, N + 1], WL: BigMatrix[N, N, N, N + 1], X: BigMatrix, N: int, truncate: int):
    for i in range(0, N - truncate):
        for j in range(i, N):
            if i == 0:
                V[j, i, 0], T[j, i, 0], R[j, i, 0] = qr_factor(I[j, i])
            else:
                V[j, i, 0], T[j, i, 0], R[j, i, 0] = qr_factor(X[j, i, i])
        for level in range(0, ceiling(log(N - i) / log(2))):
            for j in range(i, N, 2 ** (level + 1)):
                V[j, i, level + 1], T[j, i, level + 1], R[j, i, level + 1] = qr_factor(R[j, i, level], R[j + 2 ** level, i, level])
        for k in range(i + 1, N):
            for j in range(i, N):
                if i == 0:
                    W[j, k, i, 0] = qr_leaf(V[j, i, 0], T[j, i, 0], I[j, k])
                else:
                    W[j, k, i, 0] = qr_leaf(V[j, i, 0], T[j, i, 0], X[j, k, i])
            for level in range(0, ceiling(log(N - i) / log(2))):
                for j in range(i, N, 2 ** (level + 1)):
                    W[j, k, i, level + 1], S[j + 2 ** level, k, i] = qr_trailing_update(V[j, i, level + 1], T[j, i, level + 1], W[j, k, i, level], W[j + 2 ** level, k, i, level])
            S[i, k, i] = identity(W[i, k, i, ceiling(log(N - i) / log(2))])
        for j in range(i + 1, N):
            VL[j, i, 0], TL[j, i, 0], L[j, i, 0] = lq_factor(S[i, j, i])
        if i < N - 1:
            for level in range(0, ceiling(log(N - i - 1) / log(2))):
                for j in range(i + 1, N, 2 ** (level + 1)):
                    VL[j, i, level + 1], TL[j, i, level + 1], L[j, i, level + 1] = lq_factor(L[j, i, level], L[j + 2 ** level, i, level])
            for k in range(i + 1, N):
                for j in range(i + 1, N):
                    WL[k, j, i, 0] = lq_leaf(VL[j, i, 0], TL[j, i, 0], S[k, j, i])
                for level in range(0, ceiling(log(N - i - 1) / log(2))):
                    for j in range(i + 1, N, 2 ** (level + 1)):
                        WL[k, j, i, level + 1], X[k, j + 2 ** level, i + 1] = lq_trailing_update(VL[j, i, level + 1], TL[j, i, level + 1], WL[k, j, i, level], WL[k, j + 2 ** level, i, level])
                X[k, i + 1, i + 1] = identity(WL[k, i + 1, i, ceiling(log(N - i - 1) / log(2))])
`
