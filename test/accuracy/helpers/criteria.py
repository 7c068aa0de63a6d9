"""For every algorithm: what SciPy gives, and LAPACK's test ratios of a result, in extended precision (80 bits).

A ratio is (value, threshold). Norms are 1-norms. eps is DLAMCH('Epsilon') of LAPACK's tests for linear equations, 2^-53; its tests
for singular values and eigenvalues take ulp, twice as much. Thresholds: 30, 50 and 60 (TESTING/*.in).
"""

import warnings

import numpy as np
import scipy.linalg

LINEAR, SINGULAR, EIGEN = 30, 50, 60


def one(a):
    return np.abs(a).sum(axis=0).max(initial=0)


def over(numerator, *denominators):
    """Zero over zero is zero: a zero matrix, exactly handled."""
    if numerator == 0:
        return 0.0
    for denominator in denominators:
        numerator = numerator / denominator if denominator else np.inf
    return float(numerator) if np.isfinite(numerator) else np.inf


def eps(case):
    return np.longdouble(2.0) ** (-24 if case["dtype"] == "float32" else -53)


def ulp(case):
    return 2 * eps(case)


def orthonormal(q, size, unit):
    """||I - Q^T Q|| / (size unit)"""
    return over(one(np.eye(q.shape[1]) - q.T @ q), size, unit)


def known_zeros(condition, what):
    assert condition, f"{what} has elements where there must be zeros"


def cholesky(case, a, lower):
    n = len(a)
    known_zeros(not np.triu(lower, 1).any(), "L")
    return {"A - L L^T": (over(one(a - lower @ lower.T), n, one(a), eps(case)), LINEAR)}


def gemm(case, a, b, c):
    return {"C - A B": (over(one(c - a @ b), a.shape[1], one(a), one(b), eps(case)), LINEAR)}


def solve(case, a, b, x):
    a = a.T if case["options"].get("transposeA") else a
    columns = [over(np.abs(r).sum(), one(a), np.abs(y).sum(), eps(case)) for r, y in zip((b - a @ x).T, x.T)]
    return {"B - A X": (max(columns), LINEAR)}


def lu(case, a, p, lower, upper):
    m, n = a.shape
    p = np.asarray(p).ravel().astype(int)
    assert sorted(p) == list(range(m)), "P is no permutation"
    known_zeros(not np.triu(lower, 1).any() and not np.tril(upper, -1).any(), "L or U")
    assert (np.diag(lower) == 1).all(), "L has not a unit diagonal"
    # xGET01 divides by n; that of a wide matrix is no better than its m columns of L.
    ratio = over(one(a[p] - lower @ upper), max(m, n), one(a), eps(case))
    return {"P A - L U": (ratio, LINEAR), "growth": (over(np.abs(upper).max(), np.abs(a).max()), np.inf)}


def qr(case, a, q, r):
    m, n = a.shape
    known_zeros(not np.tril(r, -1).any(), "R")
    return {
        "A - Q R": (over(one(a - q @ r), max(m, n), one(a), eps(case)), LINEAR),
        "I - Q^T Q": (orthonormal(q, max(m, n), eps(case)), LINEAR),
    }


def qr_r(case, a, r):
    known_zeros(not np.tril(r, -1).any(), "R")
    return {"A^T A - R^T R": (over(one(a.T @ a - r.T @ r), max(a.shape), one(a), one(a.T), eps(case)), LINEAR)}


def positive_diagonal(results):
    assert (np.diag(results["R"]) >= 0).all(), "R has a negative diagonal element"


def inv(case, a, x):
    n = len(a)
    return {"I - A X": (over(one(np.eye(n) - a @ x), n, one(a), one(x), eps(case)), LINEAR)}


def lstsq(case, a, b, x):
    m, n = a.shape
    residual, largest = b - a @ x, max(m, n, b.shape[1])
    # xQRT17; of an ill-conditioned system the rounding errors are those of A X, whatever the size of B.
    scale = one(a) * one(x) + one(b)
    ratios = {"A^T (B - A X)": (over(one(a.T @ residual), one(a), scale, largest, eps(case)), LINEAR)}
    kept, dropped, basis = row_space(case, a)
    if basis.shape[1] < n and dropped < 1e-3 * kept[-1]:
        # How much of X lies outside the rows of A, which is what a shortest solution has none of; xQRT14. The rows are known to eps cond;
        # where singular values decline steadily through the tolerance, which of them count is a matter of opinion.
        outside = one(x - basis @ (basis.T @ x))
        ratios["X in the rows of A"] = (over(outside, one(x), largest, eps(case), kept[0] / kept[-1]), LINEAR)
    return ratios


def row_space(case, a):
    """The singular values that count as such, the largest of the others, and a basis of the rows that belong to the former."""
    _, s, vt = scipy.linalg.svd(np.asarray(a / (np.abs(a).max() or 1), dtype=float), full_matrices=False)
    rank = (s > max(a.shape) * float(ulp(case)) * s[0]).sum()
    return s[: max(1, rank)], s[rank] if rank < len(s) else 0.0, vt[:rank].T


def descending(values):
    assert (values >= 0).all() and (np.diff(values) <= 0).all(), "singular values not in order"


def values_apart(case, values, known):
    return over(np.abs(values - known).max(initial=0), len(known), np.abs(known).max(initial=0), ulp(case))


def svd(case, a, u, s, v):
    m, n = a.shape
    s = s.ravel()
    descending(s)
    return {
        "A - U S V^T": (over(one(a - (u[:, : len(s)] * s) @ v[:, : len(s)].T), max(m, n), one(a), ulp(case)), SINGULAR),
        "I - U^T U": (orthonormal(u, m, ulp(case)), SINGULAR),
        "I - V^T V": (orthonormal(v, n, ulp(case)), SINGULAR),
        "s against SciPy": (values_apart(case, s, singular_values(a)), SINGULAR),
    }


def svd_values(case, a, s):
    s = s.ravel()
    descending(s)
    return {"s against SciPy": (values_apart(case, s, singular_values(a)), SINGULAR)}


def svd_rank(case, a, u, s, v):
    """The best of its rank leaves out the next singular value, in the 2-norm; random vectors may leave out twice as much."""
    s = s.ravel()
    descending(s)
    known = singular_values(a)
    left_out = np.linalg.norm(np.asarray(a - (u * s) @ v.T, dtype=float), 2)
    floor = max(a.shape) * ulp(case) * known[0]
    return {
        "A - U S V^T by the next s": (over(left_out, known[len(s)] + floor), 2),
        "I - U^T U": (orthonormal(u, len(a), ulp(case)), SINGULAR),
        "I - V^T V": (orthonormal(v, a.shape[1], ulp(case)), SINGULAR),
    }


def pca(case, a, components, scores, mean, s, variance, share):
    m, n = a.shape
    s, variance, share, mean = s.ravel(), variance.ravel(), share.ravel(), mean.ravel()
    descending(s)
    known_mean = a.mean(axis=0)
    centred = a - known_mean
    total = (centred * centred).sum() / (m - 1)
    wanted = s * s / (m - 1)
    return {
        "mean": (over(np.abs(mean - known_mean).max(), np.abs(a).max(), m, eps(case)), LINEAR),
        "A - e M^T - T C": (over(one(centred - scores @ components), max(m, n), one(a), ulp(case)), SINGULAR),
        "I - C C^T": (orthonormal(components.T, n, ulp(case)), SINGULAR),
        "s against SciPy": (over(np.abs(s - singular_values(centred)).max(), n, singular_values(a)[0], ulp(case)), SINGULAR),
        "variance": (over(np.abs(variance - wanted).max(), wanted[0], ulp(case)), LINEAR),
        "share": (over(np.abs(share - wanted / total).max(), m, eps(case)), LINEAR),
    }


def eigh(case, a, w, v):
    n, w = len(a), w.ravel()
    assert (np.diff(w) >= 0).all(), "eigenvalues not in order"
    return {
        "A - V W V^T": (over(one(a - (v * w) @ v.T), n, one(a), ulp(case)), EIGEN),
        "I - V^T V": (orthonormal(v, n, ulp(case)), EIGEN),
        "w against SciPy": (values_apart(case, w, eigenvalues(a)), EIGEN),
    }


def eigh_values(case, a, w):
    w = w.ravel()
    assert (np.diff(w) >= 0).all(), "eigenvalues not in order"
    return {"w against SciPy": (values_apart(case, w, eigenvalues(a)), EIGEN)}


def singular_values(a):
    return scipy.linalg.svdvals(np.asarray(a, dtype=float))


def eigenvalues(a):
    return scipy.linalg.eigvalsh(np.asarray(a, dtype=float))


def scipy_solve(case, a, b):
    how = case["options"].get("assume")
    if how in ("lower", "upper"):
        return [scipy.linalg.solve_triangular(a, b, lower=how == "lower", trans=int("transposeA" in case["options"]))]
    return [scipy.linalg.solve(a, b, assume_a="pos" if how == "spd" else "gen")]


def scipy_lu(case, a):
    p, lower, upper = scipy.linalg.lu(a, p_indices=True)
    return [np.argsort(p), lower, upper]


def scipy_lstsq(case, a, b):
    # NumPy's tolerance: with SciPy's own, eps alone, rounding errors count as rank.
    return [scipy.linalg.lstsq(a, b, cond=max(a.shape) * float(ulp(case)))[0]]


def scipy_svd(case, a):
    u, s, vt = scipy.linalg.svd(a, full_matrices=False)
    return [u, s, vt.T]


def scipy_svd_rank(case, a):
    k = case["options"]["rank"]
    u, s, v = scipy_svd(case, a)
    return [u[:, :k], s[:k], v[:, :k]]


def scipy_pca(case, a):
    mean = a.mean(axis=0)
    u, s, vt = scipy.linalg.svd(a - mean, full_matrices=False)
    variance = s * s / (len(a) - 1)
    return [vt, u * s, mean, s, variance, variance / variance.sum()]


class Criterion:
    """Ratios of results given in the order of `results`; `scipy` gives the same results in that order, `promise` holds for ours alone."""

    def __init__(self, operands, results, ratios, scipy, promise=lambda results: None):
        self.operands, self.results, self.ratios, self.scipy, self.promise = operands, results, ratios, scipy, promise

    def of_ours(self, case, operands, results):
        self.promise(results)
        return self.judged(case, operands, [results[name] for name in self.results])

    def of_scipy(self, case, operands):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return self.judged(case, operands, self.scipy(case, *operands))
            except np.linalg.LinAlgError as error:
                return str(error)

    def judged(self, case, operands, results):
        wide = [np.asarray(matrix, dtype=np.longdouble) for matrix in (*operands, *results)]
        for name, result in zip(self.results, results):
            assert np.isfinite(result).all(), f"{name} is not finite"
        return self.ratios(case, *wide)


def thin_qr(case, a):
    return scipy.linalg.qr(a, mode="economic")


criteria = {
    "cholesky": Criterion("A", ["L"], cholesky, lambda case, a: [scipy.linalg.cholesky(a, lower=True)]),
    "gemm": Criterion("AB", ["C"], gemm, lambda case, a, b: [a @ b]),
    "solve": Criterion("AB", ["X"], solve, scipy_solve),
    "lu": Criterion("A", ["P", "L", "U"], lu, scipy_lu),
    "qr": Criterion("A", ["Q", "R"], qr, thin_qr, positive_diagonal),
    "qr, R alone": Criterion("A", ["R"], qr_r, lambda case, a: thin_qr(case, a)[1:], positive_diagonal),
    "tsqr": Criterion("A", ["Q", "R"], qr, thin_qr, positive_diagonal),
    "inv": Criterion("A", ["X"], inv, lambda case, a: [scipy.linalg.inv(a)]),
    "lstsq": Criterion("AB", ["X"], lstsq, scipy_lstsq),
    "svd": Criterion("A", ["U", "S", "V"], svd, scipy_svd),
    "svd, values": Criterion("A", ["S"], svd_values, lambda case, a: [scipy.linalg.svdvals(a)]),
    "svd, rank": Criterion("A", ["U", "S", "V"], svd_rank, scipy_svd_rank),
    "pca": Criterion("A", ["C", "T", "M", "S", "E", "F"], pca, scipy_pca),
    "eigh": Criterion("A", ["W", "V"], eigh, lambda case, a: scipy.linalg.eigh(a, driver="evd")),
    "eigh, values": Criterion("A", ["W"], eigh_values, lambda case, a: [scipy.linalg.eigvalsh(a)]),
}
