"""Writes the inputs of an algorithm into a folder, as .npy for NumPy and as Zarr v3 arrays of tiles for Dask and Cubed.

prepare.py ALGORITHM N TILE FOLDER
"""

import os
import sys

import numpy as np
import peer
import zarr


def main():
    algorithm, n, tile, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    os.makedirs(folder, exist_ok=True)
    for name, formula in peer.inputs(algorithm).items():
        dense = np.lib.format.open_memmap(f"{folder}/{name}.npy", mode="w+", dtype="<f8", shape=(n, n))
        tiles = zarr.create_array(
            f"{folder}/{name}.zarr", shape=(n, n), chunks=(tile, tile), dtype="<f8", compressors=None, overwrite=True
        )
        for rows, block in peer.strips(formula, n, tile):
            dense[rows[0] : rows[-1] + 1] = block
            tiles[rows[0] : rows[-1] + 1] = block
        dense.flush()


main()
