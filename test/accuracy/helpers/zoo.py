"""The matrix zoo: every kind by name, the same for our runs and for SciPy's. Seeds are fixed, so every run sees the same matrices.

A kind is a function of (m, n); the dictionaries below say what an algorithm may rely on. `modes` are those of LAPACK's test matrices
(TESTING/MATGEN/dlatm1.f), which SLATE calls cluster0 (1), cluster1 (2), geo (3), arith (4), logrand (5) and rand (6).
"""

import numpy as np

kahan_theta = 1.2


def generator(*key):
    return np.random.default_rng([20261123, *key])


def orthogonal(m, n, key):
    """m x n, columns orthonormal, of Haar's distribution."""
    q, r = np.linalg.qr(generator(m, n, key).standard_normal((m, n)))
    return q * np.sign(np.diag(r))


def spectrum(k, mode, cond, key=0):
    i, last = np.arange(k), max(1, k - 1)
    random = generator(k, mode, key).random(k)
    return {
        1: np.where(i == 0, 1.0, 1 / cond),
        2: np.where((i < k - 1) | (k == 1), 1.0, 1 / cond),
        3: cond ** (-i / last),
        4: 1 - i / last * (1 - 1 / cond),
        5: cond**-random,
        6: 1 - random,
    }[mode]


def with_singular_values(m, n, d):
    k = min(m, n)
    return (orthogonal(m, k, 1) * d) @ orthogonal(n, k, 2).T


def with_eigenvalues(n, d):
    q = orthogonal(n, n, 3)
    a = (q * d) @ q.T
    return (a + a.T) / 2


def signs(n):
    return generator(n, 4).choice([-1.0, 1.0], n)


def clustered(k):
    """Three clusters, at 1, 1e-4 and 1e-8, each as wide as rounding."""
    return 10.0 ** (-4 * (3 * np.arange(k) // k)) * (1 + np.arange(k) * 2.0**-52)


def kahan(m, n):
    i, j = np.ogrid[:m, :n]
    s, c = np.sin(kahan_theta), np.cos(kahan_theta)
    return np.where(i > j, 0, s**i * np.where(i == j, 1, -c))


def growth(n, c):
    i, j = np.ogrid[:n, :n]
    return np.where((i == j) | (j == n - 1), 1.0, np.where(i > j, -c, 0.0))


def chebspec(n):
    """L. N. Trefethen's program cheb, with the sum of a row as its diagonal."""
    if n == 1:
        return np.zeros((1, 1))
    x = np.cos(np.pi * np.arange(n) / (n - 1))
    c = np.where((np.arange(n) == 0) | (np.arange(n) == n - 1), 2.0, 1.0) * (-1.0) ** np.arange(n)
    d = np.outer(c, 1 / c) / (x[:, None] - x[None, :] + np.eye(n))
    return d - np.diag(d.sum(axis=1))


def indices(m, n):
    """Row and column, counted from 1 as in the books."""
    return np.ogrid[1 : m + 1, 1 : n + 1]


def riemann(m, n):
    i, j = indices(m, n)
    return np.where((j + 1) % (i + 1) == 0, i, -1).astype(float)


def frank(n):
    i, j = indices(n, n)
    return np.where(j < i - 1, 0, n + 1 - np.maximum(i, j)).astype(float)


def moler(n):
    u = np.eye(n) - np.triu(np.ones((n, n)), 1)
    return u.T @ u


def minij(n):
    return np.minimum(*indices(n, n)).astype(float)


def lehmer(n):
    i, j = indices(n, n)
    return np.minimum(i, j) / np.maximum(i, j)


def lotkin(m, n):
    a = hilbert(m, n)
    a[0] = 1
    return a


def hilbert(m, n):
    i, j = indices(m, n)
    return 1 / (i + j - 1)


def cauchy(m, n):
    i, j = indices(m, n)
    return 1 / (i + j)


def parter(m, n):
    i, j = indices(m, n)
    return 1 / (i - j + 0.5)


def orthog(m, n):
    i, j = indices(m, n)
    order = max(m, n) + 1
    return np.sqrt(2 / order) * np.sin(i * j * np.pi / order)


def clement(n, symmetric=False):
    below, above = np.arange(n - 1, 0, -1.0), np.arange(1.0, n)
    if symmetric:
        below = above = np.sqrt(below * above)
    return np.diag(below, -1) + np.diag(above, 1)


def kms(n):
    i, j = indices(n, n)
    return 0.5 ** np.abs(i - j)


def triw(m, n):
    return np.eye(m, n) - np.triu(np.ones((m, n)), 1)


def permutation(n):
    return np.eye(n)[generator(n, 5).permutation(n)]


def poisson(n):
    """The seven-point Laplacian on the first n points of a cube, in three dimensions; symmetric positive definite."""
    side = int(np.ceil(np.cbrt(n)))
    line = 2 * np.eye(side) - np.eye(side, k=1) - np.eye(side, k=-1)
    one = np.eye(side)
    whole = np.kron(np.kron(line, one), one) + np.kron(np.kron(one, line), one) + np.kron(np.kron(one, one), line)
    return whole[:n, :n]


def leading_block(n, size, value):
    """A random matrix whose leading block is `value` times what it was."""
    a = randn(n, n).copy()
    a[:size, :size] *= value
    return a


def randn(m, n):
    return generator(m, n, 6).standard_normal((m, n))


def rand(m, n):
    return generator(m, n, 7).random((m, n))


def integer(m, n):
    return generator(m, n, 8).integers(-9, 10, (m, n)).astype(float)


def symmetric(a):
    return (a + a.T) / 2


def zero_columns(m, n):
    a = randn(m, n).copy()
    a[:, n // 3] = 0
    a[:, -1] = 0
    return a


def graded(m, n):
    return randn(m, n) * np.geomspace(1, 1e-14, m)[:, None]


def spd(n):
    return symmetric(rand(n, n)) + n * np.eye(n)


def kind_family(prefix, make):
    """The six modes at a harmless and at a hard condition number; mode 6 has none."""
    family = {f"{prefix} mode {mode}, cond {cond:.0e}": (mode, cond) for mode in range(1, 6) for cond in (1e4, 1e12)}
    family[f"{prefix} mode 6"] = (6, 1)
    return {name: (lambda m, n, p=parameters: make(m, n, *p)) for name, parameters in family.items()}


def on_order(make):
    return lambda m, n: make(n)


# Of any shape, of full rank as far as rounding lets it.
rectangular = {
    "rand": rand,
    "rands": lambda m, n: 2 * rand(m, n) - 1,
    "randn": randn,
    "integer": integer,
    **kind_family("svd", lambda m, n, mode, cond: with_singular_values(m, n, spectrum(min(m, n), mode, cond))),
    "clustered singular values": lambda m, n: with_singular_values(m, n, clustered(min(m, n))),
    "graded rows": graded,
    "scaled to 1e150": lambda m, n: randn(m, n) * 1e150,
    "scaled to 1e-150": lambda m, n: randn(m, n) * 1e-150,
    "hilbert": hilbert,
    "lotkin": lotkin,
    "cauchy": cauchy,
    "kahan": kahan,
    "triw": triw,
    "riemann": riemann,
    "parter": parter,
    "orthog": orthog,
    "identity": np.eye,
}

# Of any shape, with exact or numerical zeros among the singular values.
deficient = {
    "all zero": lambda m, n: np.zeros((m, n)),
    "all one": lambda m, n: np.ones((m, n)),
    "two zero columns": zero_columns,
    "rank a half": lambda m, n: randn(m, min(m, n) // 2) @ randn(min(m, n) // 2, n),
    "rank a half, exact": lambda m, n: integer(m, min(m, n) // 2) @ integer(min(m, n) // 2, n),
}

# Square and not singular.
square = {
    "wilkinson": on_order(lambda n: growth(n, 1)),
    "gfpp": on_order(lambda n: growth(n, 0.5)),
    "frank": on_order(frank),
    "clement": on_order(lambda n: clement(n + n % 2)[:n, :n]),
    "permutation": on_order(permutation),
    "zero leading block": on_order(lambda n: leading_block(n, n // 3, 0)),
    "leading block 1e-4": on_order(lambda n: leading_block(n, n // 3, 1e-4)),
    "leading block 1e-8": on_order(lambda n: leading_block(n, n // 3, 1e-8)),
    "leading block 1e-12": on_order(lambda n: leading_block(n, n // 3, 1e-12)),
}

# Square and singular.
singular = {"chebspec": on_order(chebspec)}

# Symmetric positive definite.
definite = {
    "spd": on_order(spd),
    **kind_family("poev", lambda m, n, mode, cond: with_eigenvalues(n, spectrum(n, mode, cond))),
    "minij": on_order(minij),
    "moler": on_order(lambda n: moler(min(n, 20))),
    "lehmer": on_order(lehmer),
    "kms": on_order(kms),
    "hilbert, order 12": on_order(lambda n: hilbert(12, 12)),
    "poisson, three dimensions": on_order(poisson),
    "graded from 1e-16 to 1e16": on_order(lambda n: spd(n) * np.outer(*[np.geomspace(1e-8, 1e8, n)] * 2)),
    "spd scaled to 1e150": on_order(lambda n: spd(n) * 1e150),
    "spd scaled to 1e-150": on_order(lambda n: spd(n) * 1e-150),
    "symmetric identity": on_order(np.eye),
}

# Symmetric.
indefinite = {
    "symmetric randn": on_order(lambda n: symmetric(randn(n, n))),
    "symmetric integer": on_order(lambda n: np.tril(integer(n, n)) + np.tril(integer(n, n), -1).T),
    **kind_family("heev", lambda m, n, mode, cond: with_eigenvalues(n, spectrum(n, mode, cond) * signs(n))),
    "clustered eigenvalues": on_order(lambda n: with_eigenvalues(n, clustered(n) * signs(n))),
    "symmetric clement": on_order(lambda n: clement(n, symmetric=True)),
    "symmetric orthog": on_order(lambda n: symmetric(orthog(n, n))),
    "wilkinson W+": on_order(
        lambda n: np.diag(np.abs(np.arange(n) - (n - 1) / 2)) + np.eye(n, k=1) + np.eye(n, k=-1)
    ),
    "symmetric hilbert": on_order(lambda n: hilbert(n, n)),
    "symmetric, scaled to 1e150": on_order(lambda n: symmetric(randn(n, n)) * 1e150),
    "symmetric, scaled to 1e-150": on_order(lambda n: symmetric(randn(n, n)) * 1e-150),
    "symmetric, all zero": on_order(lambda n: np.zeros((n, n))),
    "symmetric, all one": on_order(lambda n: np.ones((n, n))),
}

# Triangular, of any order.
triangular = {
    "kahan, lower": on_order(lambda n: kahan(n, n).T),
    "factor of the hilbert matrix": on_order(lambda n: np.linalg.cholesky(hilbert(n, n))),
}

kinds = {**triangular, **rectangular, **deficient, **square, **singular, **definite, **indefinite}


def make(kind, m, n):
    return np.ascontiguousarray(kinds[kind](m, n), dtype=float)
