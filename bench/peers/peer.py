"""What the Python peers share: test matrices by formula, the residual, and the line of JSON that each prints."""

import importlib.metadata
import json
import sys
from typing import NamedTuple

import numpy as np

RIGHT_HAND_SIDES = 16


class Problem(NamedTuple):
    """What a peer is asked for; A is m x n (n x n for all but the tall ones), Zarr chunks are rows x cols."""

    algorithm: str
    m: int
    n: int
    rows: int
    cols: int
    folder: str


def spd(rows, cols):
    """Symmetric positive definite: 1 / (1 + |i - j|), convex and decreasing in the distance, plus 2 on the diagonal."""
    distance = np.abs(rows[:, None] - cols[None, :])
    return 1.0 / (1.0 + distance) + 2.0 * (distance == 0)


def left(rows, cols):
    return (rows[:, None] * 131 + cols[None, :] * 7919) % 1009 / 1009.0 - 0.5


def right(rows, cols):
    return (rows[:, None] * 733 + cols[None, :] * 3571) % 1013 / 1013.0 - 0.5


def random(rows, cols):
    """Independent numbers in [-0.5, 0.5): SplitMix64 of row and column."""
    z = (rows.astype(np.uint64) << 32)[:, None] + (cols.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15))[None, :]
    z = (z ^ (z >> 30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> 27)) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> 31)) >> 11) * 2.0**-53 - 0.5


def symmetric(rows, cols):
    return np.where(rows[:, None] > cols[None, :], random(rows, cols), random(cols, rows).T)


def right_hand_sides(rows, cols):
    return random(rows, cols + (1 << 31))


def inputs(problem):
    """Names of the input matrices of an algorithm with their formulas, shapes and chunks."""
    whole, tile = (problem.m, problem.n), (problem.rows, problem.cols)
    square = {"cholesky": spd, "gemm": left, "eigvals": symmetric}
    matrices = {"A": (square.get(problem.algorithm, random), whole, tile)}
    if problem.algorithm == "gemm":
        matrices["B"] = (right, whole, tile)
    if problem.algorithm == "solve":
        matrices["B"] = (right_hand_sides, (problem.m, RIGHT_HAND_SIDES), (problem.rows, RIGHT_HAND_SIDES))
    return matrices


def strips(formula, shape, height=512):
    m, n = shape
    for first in range(0, m, height):
        rows = np.arange(first, min(m, first + height))
        yield rows, formula(rows, np.arange(n))


def size(x):
    return np.abs(x).max()


def norm(a):
    return np.abs(a).sum(axis=1).max()


def probed(problem, difference, *sizes):
    return float(size(difference) / (problem.m * np.prod(sizes) * 2.0**-53))


def residual(problem, operands, results):
    """The backward error of one product with a fixed vector x, scaled by sizes and 2^-53; of values, that of their sum of squares."""
    a, x = operands[0], np.arange(problem.n) * 37 % 101 / 101.0 - 0.5
    if problem.algorithm == "cholesky":
        (lower,) = results
        return probed(problem, lower @ (lower.T @ x) - a @ x, norm(a), size(x))
    if problem.algorithm == "gemm":
        return probed(problem, results[0] @ x - a @ (operands[1] @ x), norm(a), norm(operands[1]), size(x))
    if problem.algorithm == "lu":
        p, lower, upper = results  # A = P L U
        return probed(problem, a @ x - p @ (lower @ (upper @ x)), norm(a), size(x))
    if problem.algorithm == "solve":
        return probed(problem, operands[1] - a @ results[0], norm(a), norm(results[0]))
    if problem.algorithm == "qr":
        (r,) = results
        return probed(problem, r.T @ (r @ x) - a.T @ (a @ x), norm(a), norm(a.T), size(x))
    if problem.algorithm == "tsqr":
        q, r = results
        return max(
            probed(problem, q @ (r @ x) - a @ x, norm(a), size(x)), probed(problem, q.T @ (q @ x) - x, size(x))
        )
    if problem.algorithm == "tssvd":
        u, s, vt = results
        return max(
            probed(problem, u @ (s * (vt @ x)) - a @ x, norm(a), size(x)), probed(problem, u.T @ (u @ x) - x, size(x))
        )
    frobenius = np.linalg.norm(a)
    return float(abs((results[0] / frobenius) @ (results[0] / frobenius) - 1) / (problem.n * 2.0**-53))


def arguments():
    """The problem and the number of cores from the command line: ALGORITHM M N ROWS COLS FOLDER CORES."""
    algorithm, m, n, rows, cols, folder, cores = sys.argv[1:]
    return Problem(algorithm, int(m), int(n), int(rows), int(cols), folder), int(cores)


titles = {
    "cholesky": "Cholesky factorization",
    "lu": "LU factorization",
    "solve": "solution of linear systems",
    "eigvals": "eigenvalues of symmetric matrices",
}


def refuse(reason):
    """Ends with exit code 3 and the reason on one line."""
    print(" ".join(reason.split()), file=sys.stderr)
    sys.exit(3)


def ask(library, calls, problem, operands):
    """What the library answers without computing, or its refusal."""
    if problem.algorithm not in calls:
        refuse(f"{library} has no {titles[problem.algorithm]}")
    try:
        return list(calls[problem.algorithm](*operands))
    except (NotImplementedError, ValueError) as error:
        refuse(f"{library} refuses: {str(error).strip().splitlines()[0]}")


def load(problem, mmap_mode=None):
    return [np.load(f"{problem.folder}/{name}.npy", mmap_mode=mmap_mode) for name in inputs(problem)]


def report(peer, problem, seconds, compute, cores, packages, results, settings):
    versions = {name: importlib.metadata.version(name) for name in packages}
    versions["openblas"] = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["version"]
    print(
        json.dumps(
            {
                "peer": peer,
                "algorithm": problem.algorithm,
                "n": problem.n,
                "seconds": seconds,
                "secondsCompute": compute,
                "cores": cores,
                "inMemory": False,
                "residual": residual(problem, load(problem), results),
                "settings": settings,
                "versions": versions,
            }
        )
    )
