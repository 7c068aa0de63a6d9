"""What the Python peers share: test matrices by formula, the residual, and the line of JSON that each prints."""

import importlib.metadata
import json
import sys

import numpy as np


def spd(rows, cols):
    """Symmetric positive definite: 1 / (1 + |i - j|), convex and decreasing in the distance, plus 2 on the diagonal."""
    distance = np.abs(rows[:, None] - cols[None, :])
    return 1.0 / (1.0 + distance) + 2.0 * (distance == 0)


def left(rows, cols):
    return (rows[:, None] * 131 + cols[None, :] * 7919) % 1009 / 1009.0 - 0.5


def right(rows, cols):
    return (rows[:, None] * 733 + cols[None, :] * 3571) % 1013 / 1013.0 - 0.5


def inputs(algorithm):
    """Names of the input matrices of an algorithm with their formulas."""
    return {"A": spd} if algorithm == "cholesky" else {"A": left, "B": right}


def infinity_norm(formula, n):
    return max(np.abs(block).sum(axis=1).max() for _, block in strips(formula, n))


def apply(formula, n, x):
    return np.concatenate([block @ x for _, block in strips(formula, n)])


def strips(formula, n, height=512):
    for first in range(0, n, height):
        rows = np.arange(first, min(n, first + height))
        yield rows, formula(rows, np.arange(n))


def residual(algorithm, n, result):
    """|A x - L (L^T x)| / (n |A| |x| eps), or |C x - A (B x)| / (n |A| |B| |x| eps), with a fixed vector x and eps = 2^-53."""
    x = np.arange(n) * 37 % 101 / 101.0 - 0.5
    wanted, scale = x, np.abs(x).max()
    for formula in reversed(inputs(algorithm).values()):
        wanted = apply(formula, n, wanted)
        scale *= infinity_norm(formula, n)
    if algorithm == "cholesky":
        found = result @ (result.T @ x)
    else:
        found = result @ x
    return float(np.abs(found - wanted).max() / (n * scale * 2.0**-53))


def arguments():
    """algorithm, n, tile, folder, cores from the command line."""
    algorithm, n, tile, folder, cores = sys.argv[1:]
    return algorithm, int(n), int(tile), folder, int(cores)


def report(peer, algorithm, n, seconds, compute, cores, packages, residual, settings):
    versions = {name: importlib.metadata.version(name) for name in packages}
    versions["openblas"] = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["version"]
    print(
        json.dumps(
            {
                "peer": peer,
                "algorithm": algorithm,
                "n": n,
                "seconds": seconds,
                "secondsCompute": compute,
                "cores": cores,
                "inMemory": False,
                "residual": residual,
                "settings": settings,
                "versions": versions,
            }
        )
    )
