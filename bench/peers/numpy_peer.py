"""NumPy and SciPy from .npy to .npy: numpy_peer.py ALGORITHM M N ROWS COLS FOLDER CORES (threads: OPENBLAS_NUM_THREADS)."""

import time

import numpy as np
import peer
import scipy.linalg as la
import scipy.sparse

fast = {"overwrite_a": True, "check_finite": False}

# The call that gives what the algorithm is asked for with the least work.
calls = {
    "cholesky": lambda a: [la.cholesky(a, lower=True, **fast)],
    "gemm": lambda a, b: [a @ b],
    "lu": lambda a: la.lu_factor(a, **fast),
    "solve": lambda a, b: [la.solve(a, b, assume_a="gen", overwrite_b=True, **fast)],
    "qr": lambda a: [la.qr(a, mode="r", **fast)[0]],
    "tsqr": lambda a: np.linalg.qr(a),
    "svdvals": lambda a: [la.svdvals(a, **fast)],
    "tssvd": lambda a: np.linalg.svd(a, full_matrices=False),
    "eigvals": lambda a: [la.eigvalsh(a, **fast)],
}


def lu_results(factors, pivots):
    """P, L and U of the compact form."""
    rows = np.arange(len(pivots))
    for k, pivot in enumerate(pivots):
        rows[[k, pivot]] = rows[[pivot, k]]
    swapped = scipy.sparse.csr_array((np.ones(len(rows)), (rows, np.arange(len(rows)))))
    return [swapped, np.tril(factors, -1) + np.eye(len(rows)), np.triu(factors)]


def main():
    problem, cores = peer.arguments()
    start = time.perf_counter()
    operands = peer.load(problem)
    loaded = time.perf_counter()
    results = calls[problem.algorithm](*operands)
    computed = time.perf_counter()
    for k, result in enumerate(results):
        np.save(f"{problem.folder}/numpy-result-{k}.npy", result)
    end = time.perf_counter()
    results = lu_results(*results) if problem.algorithm == "lu" else results
    peer.report("numpy", problem, end - start, computed - loaded, cores, ["numpy", "scipy"], results, {})


main()
