"""Cubed's thread executor from Zarr tiles to Zarr tiles: cubed_peer.py gemm N TILE FOLDER CORES (Cubed has no Cholesky)."""

import shutil
import tempfile
import time

import cubed
import cubed.array_api as xp
import peer
import zarr


def main():
    algorithm, n, tile, folder, cores = peer.arguments()
    result = f"{folder}/cubed-result.zarr"
    # Cubed writes into an array that is there already, whatever its shape.
    shutil.rmtree(result, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        # Room for a dozen tiles a task, which Cubed checks before it starts.
        memory = max(2 * 10**9, 16 * tile * tile * 8)
        executor = cubed.runtime.create.create_executor("threads", {"max_workers": cores})
        spec = cubed.Spec(work_dir=scratch, allowed_mem=memory, executor=executor)
        start = time.perf_counter()
        left, right = (cubed.from_zarr(f"{folder}/{name}.zarr", spec=spec) for name in peer.inputs(algorithm))
        cubed.to_zarr(xp.matmul(left, right), store=result, executor=executor)
        seconds = time.perf_counter() - start
    residual = peer.residual(algorithm, n, zarr.open_array(result, mode="r")[:])
    settings = {"tile": tile, "executor": "threads", "allowedMemoryBytes": memory}
    peer.report("cubed", algorithm, n, seconds, seconds, cores, ["cubed", "zarr", "numpy"], residual, settings)


main()
