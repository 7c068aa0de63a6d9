"""Writes the inputs of an algorithm into a folder, as .npy for NumPy and as Zarr v3 arrays of tiles for Dask and Cubed.

prepare.py ALGORITHM M N ROWS COLS FOLDER CORES
"""

import os

import numpy as np
import peer
import zarr


def main():
    problem, _ = peer.arguments()
    os.makedirs(problem.folder, exist_ok=True)
    for name, (formula, shape, chunks) in peer.inputs(problem).items():
        path = f"{problem.folder}/{name}"
        dense = np.lib.format.open_memmap(f"{path}.npy", mode="w+", dtype="<f8", shape=shape)
        tiles = zarr.create_array(
            f"{path}.zarr", shape=shape, chunks=chunks, dtype="<f8", compressors=None, overwrite=True
        )
        for rows, block in peer.strips(formula, shape, chunks[0]):
            dense[rows[0] : rows[-1] + 1] = block
            tiles[rows[0] : rows[-1] + 1] = block
        dense.flush()


main()
