"""QuTiP's quantum trajectories.

{"op": "prepare", "problem": P, "size": N}      makes its operators, which no time includes
{"op": "mcsolve", "problem": P, "size": N, "method": M, "ntraj": C, "threads": T, "seed": K, "seconds": S, "calls": C}
    times of single calls of `mcsolve`, whose seeds are K, K + 1, ...: processor times on one thread, on several what passes on the wall;
    "expect" and "stdError" of the last call, [observable][time], and the integrator's name

A method is an integrator of QuTiP; "default" names none. On several threads QuTiP starts that many processes in every call.
"""
import itertools

import numpy as np
import qutip as qt
from problems import problem_of
from protocol import processor_time, timed, tolerances
from qutip_operators import qobj

converted = {}


def operators_of(request):
    """H, jumps, ket, observables and times; a density matrix of the large ones would not fit. Those of the last two problems are kept."""
    key = (request["problem"], request["size"])
    if key not in converted:
        while len(converted) > 1:
            converted.pop(next(iter(converted)))
        problem = problem_of(request)
        point = problem["points"][0]
        # |k><k|
        start = int(point["rho0"].tocoo().row[0])
        numbers = np.unravel_index(start, problem["dims"])
        ket = qt.basis(problem["dims"], [int(k) for k in numbers])
        observables = [qobj(observable, problem) for observable in point["observables"].values()]
        jumps = [qobj(jump, problem) for jump in point["jumps"]]
        converted[key] = (qobj(point["h"], problem), jumps, ket, observables, problem["times"], tolerances(request))
    return converted[key]


def prepare(request):
    operators_of(request)
    return {}


def mcsolve(request):
    h, jumps, ket, e_ops, times, (rtol, atol) = operators_of(request)
    threads, ntraj = request["threads"], request["ntraj"]
    options = {"progress_bar": ""}
    if request["method"] != "default":
        options["method"] = request["method"]
    if request["method"] != "diag":
        options.update(rtol=rtol, atol=atol, nsteps=10_000_000)
    options.update({"map": "serial"} if threads == 1 else {"map": "parallel", "num_cpus": threads})
    seeds = itertools.count(request["seed"])
    call = lambda: qt.mcsolve(h, ket, times, jumps, e_ops=e_ops, ntraj=ntraj, seeds=next(seeds), options=options)
    clock = {} if threads > 1 else {"clock": processor_time}
    seconds, result = timed(call, request["seconds"], request["calls"], **clock)
    errors = np.real(np.array(result.std_expect)) / np.sqrt(result.num_trajectories)
    return {
        "seconds": seconds,
        "expect": np.real(np.array(result.expect)).tolist(),
        "stdError": errors.tolist(),
        "integrator": result.stats["method"],
    }
