"""Dask's threaded scheduler from Zarr tiles to Zarr tiles: dask_peer.py ALGORITHM M N ROWS COLS FOLDER CORES."""

import time

import dask
import dask.array as da
import peer
import zarr

calls = {
    "cholesky": lambda a: [da.linalg.cholesky(a, lower=True)],
    "gemm": lambda a, b: [a @ b],
    "lu": lambda a: da.linalg.lu(a),
    "solve": lambda a, b: [da.linalg.solve(a, b)],
    "qr": lambda a: [da.linalg.qr(a)[1]],
    "tsqr": lambda a: da.linalg.tsqr(a),
    "svdvals": lambda a: [da.linalg.svd(a)[1]],
    "tssvd": lambda a: da.linalg.svd(a),
}


def chunks_like(problem, shape):
    """The inputs' chunks, cut to the shape; vectors in one piece. A tile must have one writer, whatever Dask's own chunks."""
    if len(shape) == 1:
        return shape
    return min(problem.rows, shape[0]), min(problem.cols, shape[1])


def main():
    problem, cores = peer.arguments()
    with dask.config.set(scheduler="threads", num_workers=cores):
        start = time.perf_counter()
        operands = [da.from_zarr(f"{problem.folder}/{name}.zarr") for name in peer.inputs(problem)]
        results, targets = [], []
        for k, result in enumerate(peer.ask("Dask", calls, problem, operands)):
            chunks = chunks_like(problem, result.shape)
            results.append(result.rechunk(chunks))
            path = f"{problem.folder}/dask-result-{k}.zarr"
            targets.append(
                zarr.create_array(path, shape=result.shape, chunks=chunks, dtype="<f8", compressors=None, overwrite=True)
            )
        da.store(results, targets, lock=False)
        seconds = time.perf_counter() - start
    settings = {"tile": f"{problem.rows}x{problem.cols}", "scheduler": "threads"}
    found = [target[:] for target in targets]
    peer.report("dask", problem, seconds, seconds, cores, ["dask", "zarr", "numpy"], found, settings)


main()
