"""What the servers have in common: one JSON request a line in, one JSON answer a line out, and how calls are timed."""
import gc
import json
import sys
import time

import numpy as np
import scipy.sparse as sp
from problems import PROBLEMS, problem_of
from reference import coefficients, reference_of
from threadpoolctl import threadpool_info

MAX_CALLS = 10_000


def processor_time():
    """Of all threads of this process; on Windows, whose clock is too coarse, what passes on the wall."""
    return time.perf_counter() if sys.platform == "win32" else time.process_time()


def timed(call, seconds, calls, clock=time.perf_counter):
    """Times of single calls, on the wall or by another clock, and the last result; the collector runs before, not between, as in any program."""
    gc.collect()
    times = []
    begin = time.perf_counter()
    while len(times) < calls or (time.perf_counter() - begin < seconds and len(times) < MAX_CALLS):
        start = clock()
        result = call()
        times.append(clock() - start)
    return times, result


def describe(request):
    """The matrices of one point of a problem, for comparison: [row, column, re, im] of every element that is not zero."""
    problem = problem_of(request)
    point = problem["points"][request["point"]]
    return {
        "h": elements(point["h"]),
        "jumps": [elements(jump) for jump in point["jumps"]],
        "rho0": elements(point["rho0"]),
        "observables": {name: elements(matrix) for name, matrix in point["observables"].items()},
        "drives": [
            {"operator": elements(drive["operator"]), "values": [[complex(f(t)).real, complex(f(t)).imag] for t in request["at"]]}
            for drive, f in zip(point.get("drives", ()), coefficients(point))
        ],
        "times": np.asarray(problem["times"]).tolist(),
        "points": len(problem["points"]),
        "rtol": problem["rtol"],
        "atol": problem["atol"],
    }


def elements(matrix):
    matrix = sp.coo_matrix(matrix)
    return [[int(i), int(j), v.real, v.imag] for i, j, v in zip(matrix.row, matrix.col, matrix.data) if v != 0]


def reference(request):
    return {"expect": reference_of(PROBLEMS, request).tolist()}


def error_of(request, values):
    """The largest difference from the exact values, over points, observables and times; not a number counts as no solution."""
    difference = np.abs(np.real(np.array(values)) - reference_of(PROBLEMS, request)).max()
    return float(difference) if np.isfinite(difference) else 1e300


def tolerances(request):
    problem = problem_of(request)
    return request.get("rtol") or problem["rtol"], request.get("atol") or problem["atol"]


def threads():
    return sorted({f"{pool['internal_api']} {pool.get('architecture')} x{pool['num_threads']}" for pool in threadpool_info()})


def serve(operations):
    # Warnings and prints of the libraries must not come between the answers.
    answers = sys.stdout
    sys.stdout = sys.stderr
    operations = {"describe": describe, "reference": reference, **operations}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = operations[request["op"]](request)
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
