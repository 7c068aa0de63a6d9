"""Dask's threaded scheduler from Zarr tiles to Zarr tiles: dask_peer.py ALGORITHM N TILE FOLDER CORES."""

import time

import dask
import dask.array as da
import peer
import zarr


def main():
    algorithm, n, tile, folder, cores = peer.arguments()
    with dask.config.set(scheduler="threads", num_workers=cores):
        start = time.perf_counter()
        operands = [da.from_zarr(f"{folder}/{name}.zarr") for name in peer.inputs(algorithm)]
        result = da.linalg.cholesky(operands[0], lower=True) if algorithm == "cholesky" else operands[0] @ operands[1]
        target = zarr.create_array(
            f"{folder}/dask-result.zarr", shape=(n, n), chunks=(tile, tile), dtype="<f8", compressors=None, overwrite=True
        )
        # Dask may answer with other chunks than the inputs'; a tile must have one writer.
        da.store(result.rechunk((tile, tile)), target, lock=False)
        seconds = time.perf_counter() - start
    residual = peer.residual(algorithm, n, target[:])
    settings = {"tile": tile, "scheduler": "threads"}
    peer.report("dask", algorithm, n, seconds, seconds, cores, ["dask", "zarr", "numpy"], residual, settings)


main()
