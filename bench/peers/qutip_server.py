"""QuTiP's half of the benchmark: a process that lives as long as the run. One JSON request a line in, one JSON answer a line out.

{"op": "versions"}
{"op": "reference", "problem": P}                                   exact expectation values, one list an observable
{"op": "mesolve", "problem": P, "method": M, "seconds": S, "calls": N}  times of single calls: at least N, more until S seconds are over
{"op": "product", "size": d, "form": F, "seconds": S}               times of numpy's d x d product: complex, real (times complex), jump (L rho L')
{"op": "sparse", "size": d, "seconds": S}                           times of scipy's tridiagonal CSR times dense, complex d x d
A method is an integrator of QuTiP; "+mf" after it means matrix_form=True, "+run" that the solver object is built beforehand and
only its run is timed.
"""
import gc
import json
import sys
import time

import numpy as np
import qutip as qt
import scipy
import scipy.sparse as sp
from problems import PROBLEMS
from reference import expectations
from threadpoolctl import threadpool_info

MAX_CALLS = 10_000
TAKES_NO_RTOL = {"diag", "krylov"}
built = {}


def problem_of(name):
    if name not in built:
        built[name] = PROBLEMS[name]()
    return built[name]


def reference(request):
    problem = problem_of(request["problem"])
    if problem["closed_form"] is not None:
        return {"expect": [values.tolist() for values in problem["closed_form"]], "source": "closed form"}
    csr = lambda operator: sp.csr_matrix(operator.full())
    matrices = dict(
        h=csr(problem["h"]),
        jumps=[csr(jump) for jump in problem["jumps"]],
        rho0=problem["rho0"].full(),
        times=problem["times"],
        observables=[csr(observable) for observable in problem["observables"].values()],
    )
    return {"expect": expectations(matrices).tolist(), "source": "Taylor series to rounding"}


def options_of(problem, method):
    integrator, *flags = method.split("+")
    options = {"progress_bar": "", "store_final_state": True, "method": integrator}
    if integrator not in TAKES_NO_RTOL:
        options.update(rtol=problem["rtol"], atol=problem["atol"], nsteps=10_000_000)
    if integrator == "krylov":
        options.update(atol=problem["atol"], krylov_dim=30, nsteps=100_000)
    if "mf" in flags:
        options["matrix_form"] = True
    return options


def mesolve(request):
    problem = problem_of(request["problem"])
    options = options_of(problem, request["method"])
    h, rho0, tlist, jumps = problem["h"], problem["rho0"], problem["times"], problem["jumps"]
    observables = list(problem["observables"].values())

    if "run" in request["method"].split("+"):
        solver = qt.MESolver(h, jumps, options=options)
        call = lambda: solver.run(rho0, tlist, e_ops=observables)
    else:
        call = lambda: qt.mesolve(h, rho0, tlist, jumps, e_ops=observables, options=options)
    times, result = timed(call, request["seconds"], request["calls"])
    return {"seconds": times, "expect": [np.real(values).tolist() for values in result.expect]}


def product(request):
    size = request["size"]
    rng = np.random.default_rng(1)
    a = rng.standard_normal((size, size)) + 1j * rng.standard_normal((size, size))
    b = rng.standard_normal((size, size)) + 1j * rng.standard_normal((size, size))
    c, t = np.empty_like(a), np.empty_like(a)
    real, planes, results = np.ascontiguousarray(a.real), [b.real.copy(), b.imag.copy()], [np.empty((size, size)) for _ in range(2)]
    forms = {
        "complex": lambda: np.matmul(a, b, out=c),
        "real": lambda: [np.matmul(real, plane, out=result) for plane, result in zip(planes, results)],
        "jump": lambda: np.matmul(np.matmul(a, b, out=t), a.conj().T, out=c),
    }
    times, _ = timed(forms[request["form"]], request["seconds"], 3)
    return {"seconds": times}


def sparse(request):
    size = request["size"]
    rng = np.random.default_rng(1)
    bands = [rng.standard_normal(size - abs(k)) + 1j * rng.standard_normal(size - abs(k)) for k in (-1, 0, 1)]
    a = sp.csr_matrix(sp.diags(bands, [-1, 0, 1]))
    x = rng.standard_normal((size, size)) + 1j * rng.standard_normal((size, size))
    times, _ = timed(lambda: a @ x, request["seconds"], 3)
    return {"seconds": times}


def timed(call, seconds, calls):
    """Wall times of single calls and the last result; the collector runs before, not between, as in any program."""
    gc.collect()
    times = []
    begin = time.perf_counter()
    while len(times) < calls or (time.perf_counter() - begin < seconds and len(times) < MAX_CALLS):
        start = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - start)
    return times, result


def versions(_):
    return {
        "python": sys.version.split()[0],
        "qutip": qt.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "blas": sorted({f"{pool['internal_api']} {pool.get('architecture')} x{pool['num_threads']}" for pool in threadpool_info()}),
    }


OPERATIONS = {"versions": versions, "reference": reference, "mesolve": mesolve, "product": product, "sparse": sparse}

# Warnings and prints of the libraries must not come between the answers.
answers = sys.stdout
sys.stdout = sys.stderr
for line in sys.stdin:
    message = json.loads(line)
    try:
        answer = OPERATIONS[message["op"]](message)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
