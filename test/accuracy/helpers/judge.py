"""Makes the matrices of the accuracy cases, and judges results in extended precision (80 bits), SciPy's beside ours.

judge.py make CASES.json FOLDER: writes FOLDER/<k>-A.npy and -B.npy.
judge.py judge CASES.json FOLDER: reads our results from the Zarr arrays FOLDER/<k>-R, prints [{"ours", "scipy"}] as JSON.
"""

import json
import os
import sys

import numpy as np
import scipy.linalg
import zarr


def normal(m, n):
    return np.random.default_rng(m * 1000 + n).standard_normal((m, n))


def spd(n):
    a = np.random.default_rng(n).random((n, n))
    return (a + a.T) / 2 + n * np.eye(n)


def conditioned(n, cond):
    q, _ = np.linalg.qr(normal(n, n))
    a = (q * np.geomspace(1, 1 / cond, n)) @ q.T
    return (a + a.T) / 2


def graded(n):
    d = np.geomspace(1e-8, 1e8, n)
    return spd(n) * np.outer(d, d)


def hilbert(n):
    return scipy.linalg.hilbert(n)


def kahan(n, theta=1.2):
    s, c = np.sin(theta), np.cos(theta)
    return (s ** np.arange(n))[:, None] * (np.eye(n) - c * np.triu(np.ones((n, n)), 1))


def norm(a):
    return np.abs(a).sum(axis=0).max()


def result_of_scipy(case, a, b):
    if case["algorithm"] == "cholesky":
        return scipy.linalg.cholesky(a, lower=True)
    if case["algorithm"] == "gemm":
        return a @ b
    if case["assume"] == "spd":
        return scipy.linalg.cho_solve(scipy.linalg.cho_factor(a, lower=True), b)
    return scipy.linalg.solve_triangular(a, b, lower=case["assume"] == "lower", trans=int(case.get("transposeA", False)))


def ratio(case, a, b, result):
    eps = np.longdouble(2.0) ** (-24 if a.dtype == np.float32 else -53)
    a, result = a.astype(np.longdouble), result.astype(np.longdouble)
    if case["algorithm"] == "cholesky":
        return norm(a - result @ result.T) / (len(a) * norm(a) * eps)
    b = b.astype(np.longdouble)
    if case["algorithm"] == "gemm":
        return norm(result - a @ b) / (a.shape[1] * norm(a) * norm(b) * eps)
    a = a.T if case.get("transposeA") else a
    return (np.abs(b - a @ result).sum(axis=0) / (norm(a) * np.abs(result).sum(axis=0) * eps)).max()


def main(what, cases, folder):
    ratios = []
    for k, case in enumerate(json.loads(cases)):
        if what == "make":
            for name, matrix in zip("AB", eval(case["matrices"])):
                if matrix is not None:
                    np.save(f"{folder}/{k}-{name}.npy", np.asarray(matrix, dtype=case["dtype"]))
            continue
        a, b = (
            np.load(path) if os.path.exists(path) else None for path in (f"{folder}/{k}-A.npy", f"{folder}/{k}-B.npy")
        )
        ours = zarr.open_array(f"{folder}/{k}-R", mode="r")[:]
        assert ours.dtype == a.dtype
        scipy_result = result_of_scipy(case, a, b)
        ratios.append({"ours": float(ratio(case, a, b, ours)), "scipy": float(ratio(case, a, b, scipy_result))})
    print(json.dumps(ratios))


main(*sys.argv[1:])
