"""QuTiP's half of the benchmark: a process that lives as long as the run.

{"op": "versions"}
{"op": "describe", "problem": P, "size": N, "point": K}     the matrices of a problem
{"op": "reference", "problem": P, "size": N}                exact expectation values, [point][observable][time]
{"op": "mesolve", "problem": P, "size": N, "method": M, "rtol": R, "atol": A, "seconds": S, "calls": C}
                                                            times of single calls: at least C, more until S seconds are over; the error
{"op": "rhs", "problem": P, "size": N, "seconds": S}        the compiled superoperator times a vector, in place: seconds a product
{"op": "prepare", ...}, {"op": "mcsolve", ...}              in qutip_trajectories.py
{"op": "phasespace", ...}, {"op": "phasespace reference", ...}      in qutip_phasespace.py
{"op": "stationary", ...}, {"op": "stationary reference", ...}, {"op": "peak", ...}      in qutip_stationary.py
{"op": "product", "size": d, "form": F, "seconds": S}       times of numpy's d x d product: complex, real (times complex), jump (L rho L')
{"op": "sparse", "size": d, "seconds": S}                   times of scipy's tridiagonal CSR times dense, complex d x d

A method is an integrator of QuTiP; after it "+mf" means matrix_form=True, "+str" that coefficients are strings instead of functions of
Python, "+run" that the solver object is built beforehand and only its run is timed. What is timed else is the whole `mesolve` call, all its Qobj built beforehand, in the storage that QuTiP gives them.
"""
import sys
import time

import numpy as np
import qutip as qt
import scipy
import scipy.sparse as sp
from problems import problem_of
from protocol import error_of, serve, threads, timed, tolerances
from qutip_operators import points_of
from qutip_phasespace import phasespace, phasespace_reference
from qutip_stationary import peak, stationary, stationary_reference
from qutip_trajectories import mcsolve, prepare

SAMPLE_SECONDS = 3e-4
TAKES_NO_RTOL = {"diag", "krylov"}


def options_of(request):
    integrator, *flags = request["method"].split("+")
    rtol, atol = tolerances(request)
    options = {"progress_bar": "", "store_final_state": True, "method": integrator}
    if integrator not in TAKES_NO_RTOL:
        options.update(rtol=rtol, atol=atol, nsteps=10_000_000)
    if integrator == "krylov":
        options.update(atol=atol, krylov_dim=30, nsteps=100_000)
    if "mf" in flags:
        options["matrix_form"] = True
    return options, flags


def mesolve(request):
    options, flags = options_of(request)
    times = problem_of(request)["times"]
    points = points_of(request)
    if "run" in flags:
        solvers = [qt.MESolver(h, jumps, options=options) for h, jumps, _, _ in points]
        call = lambda: [s.run(rho0, times, e_ops=e_ops) for s, (_, _, rho0, e_ops) in zip(solvers, points)]
    else:
        call = lambda: [qt.mesolve(h, rho0, times, jumps, e_ops=e_ops, options=options) for h, jumps, rho0, e_ops in points]
    seconds, results = timed(call, request["seconds"], request["calls"])
    return {"seconds": seconds, "error": error_of(request, [result.expect for result in results])}


def rhs(request):
    h, jumps, rho0, _ = points_of(request)[0]
    system = qt.QobjEvo(qt.liouvillian(h, jumps))
    vector = qt.core.data.to("Dense", qt.operator_to_vector(rho0).data)
    out = qt.core.data.dense.zeros(vector.shape[0], 1)
    count = 1
    # short enough that most samples are not interrupted
    while time_products(system, vector, out, count) < SAMPLE_SECONDS:
        count *= 2
    times, _ = timed(lambda: time_products(system, vector, out, count), request["seconds"], 3)
    return {"seconds": [seconds / count for seconds in times]}


def time_products(system, vector, out, count):
    start = time.perf_counter()
    for _ in range(count):
        system.matmul_data(0.0, vector, out)
    return time.perf_counter() - start


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


def versions(_):
    return {
        "python": sys.version.split()[0],
        "QuTiP": qt.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "threads": threads(),
    }


serve(
    {
        "versions": versions,
        "mesolve": mesolve,
        "prepare": prepare,
        "mcsolve": mcsolve,
        "phasespace": phasespace,
        "phasespace reference": phasespace_reference,
        "rhs": rhs,
        "product": product,
        "sparse": sparse,
        "stationary": stationary,
        "stationary reference": stationary_reference,
        "peak": peak,
    }
)
