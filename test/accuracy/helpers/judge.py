"""Makes the matrices of the accuracy cases, and judges results, SciPy's beside ours.

judge.py HERE make CASES.json FOLDER: writes FOLDER/<k>-A.npy and -B.npy.
judge.py HERE judge CASES.json FOLDER: reads our results FOLDER/<k>-<name>.npy; prints a JSON array with, for each case,
{"ours": {ratio: [value, threshold]} or what is wrong, "scipy": the same}.
"""

import json
import os
import sys

# Small matrices: threads would only wait for each other.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, sys.argv[1])

import criteria
import numpy as np
import zoo


def make(case, k, folder):
    for name, operand in case["operands"].items():
        m, n = operand["shape"]
        np.save(f"{folder}/{k}-{name}.npy", zoo.make(operand["kind"], m, n).astype(case["dtype"]))


def judge(case, k, folder):
    criterion = criteria.criteria[case["criterion"]]
    operands = [np.load(f"{folder}/{k}-{name}.npy") for name in criterion.operands]
    scipy = criterion.of_scipy(case, operands)
    paths = {name: f"{folder}/{k}-{name}.npy" for name in criterion.results}
    if not all(os.path.exists(path) for path in paths.values()):
        return {"ours": "no result", "scipy": scipy}
    results = {name: np.load(path) for name, path in paths.items()}
    try:
        return {"ours": criterion.of_ours(case, operands, results), "scipy": scipy}
    except AssertionError as error:
        return {"ours": str(error), "scipy": scipy}


def main(what, cases, folder):
    with open(cases) as file:
        cases = json.load(file)
    if what == "make":
        for k, case in enumerate(cases):
            make(case, k, folder)
    else:
        print(json.dumps([judge(case, k, folder) for k, case in enumerate(cases)]))


main(*sys.argv[2:])
