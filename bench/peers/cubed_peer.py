"""Cubed's thread executor from Zarr tiles to Zarr tiles: cubed_peer.py ALGORITHM M N ROWS COLS FOLDER CORES."""

import shutil
import tempfile
import time

import cubed
import cubed.array_api as xp
import peer
import zarr

calls = {
    "gemm": lambda a, b: [xp.matmul(a, b)],
    "qr": lambda a: [xp.linalg.qr(a)[1]],
    "tsqr": lambda a: xp.linalg.qr(a),
    "svdvals": lambda a: [xp.linalg.svdvals(a)],
    "tssvd": lambda a: xp.linalg.svd(a, full_matrices=False),
}


def main():
    problem, cores = peer.arguments()
    with tempfile.TemporaryDirectory(dir=problem.folder) as scratch:
        # Room for a dozen tiles a task, which Cubed checks before it starts.
        memory = max(2 * 10**9, 16 * problem.rows * problem.cols * 8)
        executor = cubed.runtime.create.create_executor("threads", {"max_workers": cores})
        spec = cubed.Spec(work_dir=scratch, allowed_mem=memory, executor=executor)
        start = time.perf_counter()
        operands = [cubed.from_zarr(f"{problem.folder}/{name}.zarr", spec=spec) for name in peer.inputs(problem)]
        results = peer.ask("Cubed", calls, problem, operands)
        paths = [f"{problem.folder}/cubed-result-{k}.zarr" for k in range(len(results))]
        for path in paths:
            # Cubed writes into an array that is there already, whatever its shape.
            shutil.rmtree(path, ignore_errors=True)
        cubed.store(results, paths, executor=executor)
        seconds = time.perf_counter() - start
    found = [zarr.open_array(path, mode="r")[:] for path in paths]
    settings = {"tile": f"{problem.rows}x{problem.cols}", "executor": "threads", "allowedMemoryBytes": memory}
    peer.report("cubed", problem, seconds, seconds, cores, ["cubed", "zarr", "numpy"], found, settings)


main()
