"""NumPy and SciPy from .npy to .npy: numpy_peer.py ALGORITHM N TILE FOLDER CORES (threads: OPENBLAS_NUM_THREADS)."""

import time

import numpy as np
import peer
import scipy.linalg


def main():
    algorithm, n, _, folder, cores = peer.arguments()
    start = time.perf_counter()
    operands = [np.load(f"{folder}/{name}.npy") for name in peer.inputs(algorithm)]
    loaded = time.perf_counter()
    if algorithm == "cholesky":
        result = scipy.linalg.cholesky(operands[0], lower=True, overwrite_a=True, check_finite=False)
    else:
        result = operands[0] @ operands[1]
    computed = time.perf_counter()
    np.save(f"{folder}/numpy-result.npy", result)
    end = time.perf_counter()
    residual = peer.residual(algorithm, n, result)
    peer.report("numpy", algorithm, n, end - start, computed - loaded, cores, ["numpy", "scipy"], residual, {})


main()
