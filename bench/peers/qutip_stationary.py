"""QuTiP's steady states, spectra and correlations.

{"op": "stationary", "task": T, "problem": P, "size": N, "method": M, "seconds": S, "calls": C}
                                          processor times of single calls, as many as for `mesolve`; "values", and of a steady state its "residual"
{"op": "stationary reference", ...}       exact "values", none where they are not known
{"op": "peak", ...}                       one call in a process that did nothing before: its peak resident set in bytes, before and after

T is "steadystate" (values: of the observables), "spectrum" at the frequencies "at", "correlation2op1t" at the delays "at" (of A = B' and B, the
observable "ladder"), or "liouvillianSpectrum" ("count" eigenvalues with the largest real parts). A method is one of QuTiP's: of steadystate its
"method" or "method-solver", and after it +rcm, +wbm, +precond, +dense (of the Liouvillian), +rtolR (of an iterative solver).
"""
import re
import sys

import numpy as np
import qutip as qt
from problems import problem_of
from protocol import processor_time, timed
from qutip_operators import points_of
from reference import liouvillian
from stationary import exact

# of the memory there is, what a method may take before it is told that there is no more
SHARE = 1 / 3
FLAGS = dict(rcm="use_rcm", wbm="use_wbm", precond="use_precond")


def limit_memory():
    try:
        import os
        import resource

        most = int(SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, ValueError, OSError):
        pass


def steadystate(request):
    h, jumps, _, _ = points_of(request)[0]
    name, *flags = request["method"].split("+")
    options = {FLAGS[flag]: True for flag in flags if flag in FLAGS}
    if name.endswith("-splu"):
        options["csc"] = True
    options.update({"rtol": float(flag[4:]) for flag in flags if flag.startswith("rtol")})
    if name == "eigen" and "dense" in flags:
        return lambda: qt.steadystate(h, jumps, method=name, sparse=False)
    if "dense" in flags:
        # QuTiP's own switch for this does nothing where operators are held by diagonals
        return lambda: qt.steadystate(qt.liouvillian(h, jumps).to("dense"), method=name, **options)
    return lambda: qt.steadystate(h, jumps, method=name, **options)


def spectrum(request):
    h, jumps, _, e_ops = points_of(request)[0]
    b = ladder_of(request, e_ops)
    return lambda: qt.spectrum(h, request["at"], jumps, b.dag(), b, solver=request["method"])


def correlation(request):
    h, jumps, _, e_ops = points_of(request)[0]
    b = ladder_of(request, e_ops)
    integrator, *flags = request["method"].split("+")
    options = {"progress_bar": "", "method": integrator}
    if "mf" in flags:
        options["matrix_form"] = True
    if integrator == "krylov":
        options.update(krylov_dim=30, nsteps=100_000)
    for flag in flags:
        if flag.startswith("tol"):
            tolerance = float(flag[3:])
            options.update(atol=tolerance / 100)
            if integrator != "krylov":
                options.update(rtol=tolerance, nsteps=10_000_000)
    return lambda: qt.correlation_2op_1t(h, None, request["at"], jumps, b.dag(), b, options=options)


def eigenvalues(request):
    h, jumps, _, _ = points_of(request)[0]
    name, *flags = request["method"].split("+")
    options = dict(sort="high", eigvals=request["count"], sparse=name == "sparse")

    def call():
        generator = qt.liouvillian(h, jumps)
        if name == "sparse":
            generator = generator.to("csr")
        return generator.eigenstates(**options)[0] if "vectors" in flags else generator.eigenenergies(**options)

    return call


def ladder_of(request, e_ops):
    names = list(problem_of(request)["points"][0]["observables"])
    return e_ops[names.index(request["ladder"])]


CALLS = {"steadystate": steadystate, "spectrum": spectrum, "correlation2op1t": correlation, "liouvillianSpectrum": eigenvalues}


def stationary(request):
    limit_memory()
    seconds, result = timed(CALLS[request["task"]](request), request["seconds"], request["calls"], processor_time)
    if request["task"] != "steadystate":
        return {"seconds": seconds, "values": pairs(result)}
    point = problem_of(request)["points"][0]
    rho = result.full()
    # A[j, i] rho[i, j]
    values = [(o.tocoo().data * rho[o.tocoo().col, o.tocoo().row]).sum() for o in point["observables"].values()]
    residual = np.linalg.norm(liouvillian(point["h"], point["jumps"]) @ rho.reshape(-1))
    return {"seconds": seconds, "values": pairs(values), "residual": float(residual)}


def pairs(values):
    """Real and imaginary parts; what is not a number is written as none, which JSON has."""
    return [[float(z.real), float(z.imag)] if np.isfinite(z) else None for z in np.asarray(values, complex)]


def stationary_reference(request):
    return {"values": pairs(exact(request))}


def peak(request):
    limit_memory()
    call = CALLS[request["task"]](request)
    before = peak_bytes()
    call()
    return {"before": before, "after": peak_bytes()}


def peak_bytes():
    """Linux: of this program. What getrusage says there may be that of the process that started it."""
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1])
    try:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    except ImportError:
        return 0
