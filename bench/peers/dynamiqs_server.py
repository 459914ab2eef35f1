"""dynamiqs' half of the benchmark (JAX on one CPU thread, complex128); requests as in qutip_server.py: versions, describe, mesolve.

A method is one of dynamiqs' ("tsit5", "dopri5", "dopri8", "kvaerno5", "expm"); "+dia" after it means operators by diagonals instead of dense. What is
timed is a call that is compiled already, up to its results in numpy; "compile" in the answer is how much longer the very first call took.
The points of a sweep go into one batched call.
"""
import functools
import operator
import os

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import statistics
import sys
import time

import dynamiqs as dq
import jax
import jax.numpy as jnp
import numpy as np
from problems import function_of, problem_of
from protocol import error_of, serve, threads, timed, tolerances

dq.set_precision("double")
dq.set_progress_meter(False)

METHODS = {"tsit5": dq.method.Tsit5, "dopri5": dq.method.Dopri5, "dopri8": dq.method.Dopri8, "kvaerno5": dq.method.Kvaerno5}
MAX_STEPS = 20_000_000
# of the last problem: its calls, and how long the first of each took
calls = {}
first = {}


def hamiltonian(points, qarray):
    """Constant; or with the terms that drive it, which no sweep has."""
    drives = points[0].get("drives", ())
    terms = [] if drives and points[0]["h"].nnz == 0 else [qarray([point["h"] for point in points])]
    for drive in drives:
        f = function_of(drive["coefficient"], dict(exp=jnp.exp, cos=jnp.cos, **drive["constants"]))
        terms.append(dq.modulated(f, qarray([drive["operator"]])))
    return functools.reduce(operator.add, terms)


def call_of(request):
    integrator, *flags = request["method"].split("+")
    rtol, atol = tolerances(request)
    method = dq.method.Expm() if integrator == "expm" else METHODS[integrator](rtol=rtol, atol=atol, max_steps=MAX_STEPS)
    problem = problem_of(request)
    points, dims = problem["points"], tuple(problem["dims"])
    layout = dq.dia if "dia" in flags else dq.dense
    batched = len(points) > 1

    def qarray(matrices, layout=layout):
        stack = np.stack([matrix.toarray() for matrix in matrices])
        return dq.asqarray(jnp.asarray(stack if batched else stack[0], dtype=jnp.complex128), dims=dims, layout=layout)

    h = hamiltonian(points, qarray)
    jumps = [qarray([point["jumps"][k] for point in points]) for k in range(len(points[0]["jumps"]))]
    rho0 = qarray([point["rho0"] for point in points], dq.dense)
    observables = [dq.asqarray(jnp.asarray(o.toarray()), dims=dims, layout=layout) for o in points[0]["observables"].values()]
    times = jnp.asarray(problem["times"])

    def call():
        result = dq.mesolve(
            h, jumps, rho0, times, exp_ops=observables, method=method, save_states=False, cartesian_batching=not batched
        )
        return np.asarray(result.expects), np.asarray(result.final_state.to_numpy())

    return call


def mesolve(request):
    key = (request["problem"], request["size"], request["method"], *tolerances(request))
    if any(other[:2] != key[:2] for other in calls):
        calls.clear()
        first.clear()
    if key not in calls:
        calls[key] = call_of(request)
        start = time.perf_counter()
        calls[key]()
        first[key] = time.perf_counter() - start
    seconds, (expects, _) = timed(calls[key], request["seconds"], request["calls"])
    expects = expects if len(problem_of(request)["points"]) > 1 else expects[None]
    return {
        "seconds": seconds,
        "compile": first[key] - statistics.median(seconds),
        "error": error_of(request, expects),
    }


def versions(_):
    return {"python": sys.version.split()[0], "dynamiqs": dq.__version__, "jax": jax.__version__, "threads": threads()}


serve({"versions": versions, "mesolve": mesolve})
