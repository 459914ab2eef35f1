"""QuTiP as the oracle of test/differential: problems come as lines of JSON, states at all output times go back, one line each.

Constant problems are solved by `qutip.mesolve`, or, where explicit methods would take too many steps, by scipy's exponential of QuTiP's Liouvillian.
Problems that depend on time are solved from one jump or kink of a coefficient to the next: coefficients are held to their side of it, and the
integrator begins anew.
"""
import base64
import json
import math
import sys
import time

import numpy as np
import qutip as qt
import scipy.sparse as sp
from scipy.interpolate import make_interp_spline
from scipy.linalg import expm

OPTIONS = {"method": "vern9", "nsteps": 10_000_000, "progress_bar": "", "store_states": True, "store_final_state": True}
# Strength times length of the run beyond which steps would be too many
MOST_TURNS = 2000
# Steps of a run besides one for every turn
LEAST_STEPS = 20
# Levels from which on products of dense matrices are cheaper than one of a superoperator
MATRIX_FORM = 12


def operator(elements, dims):
    size = int(np.prod(dims))
    rows, columns, re, im = np.array(elements, dtype=float).reshape(-1, 4).T
    matrix = sp.csr_matrix((re + 1j * im, (rows.astype(int), columns.astype(int))), shape=(size, size))
    return qt.Qobj(matrix, dims=[dims, dims])


# Coefficients: a recipe becomes a function of t, and the times at which it jumps or has a kink


def pulse(name, p):
    if name == "gaussian":
        return lambda t: math.exp(-0.5 * ((t - p["center"]) / p["sigma"]) ** 2), []
    if name == "sine":
        return lambda t: math.sin(p["omega"] * t + p.get("phase", 0)), []
    if name == "cosine":
        return lambda t: math.cos(p["omega"] * t + p.get("phase", 0)), []
    if name == "rotation":
        return lambda t: complex(math.cos(p["omega"] * t + p.get("phase", 0)), math.sin(p["omega"] * t + p.get("phase", 0))), []
    if name == "square":
        return lambda t: 1.0 if p["from"] <= t < p["to"] else 0.0, [p["from"], p["to"]]
    if name == "squareWave":
        period, start, duty = p["period"], p["start"], p["duty"]
        edges = [start + (k + part) * period for k in range(-50, 50) for part in (0, duty)]
        # By the edges themselves, so that no rounding puts a time on the other side of one
        return lambda t: 1.0 - (int(np.searchsorted(edges, t, side="right")) - 1) % 2, edges
    if name in ("ramp", "smoothRamp"):
        share = lambda t: min(1.0, max(0.0, (t - p["from"]) / (p["to"] - p["from"])))
        edges = [p["from"], p["to"]]
        return (share, edges) if name == "ramp" else (lambda t: 0.5 - 0.5 * math.cos(math.pi * share(t)), edges)
    if name == "chirp":
        return lambda t: math.cos(p.get("phase", 0) + p["omega"] * (t - p["start"]) + p["rate"] * (t - p["start"]) ** 2), []
    if name == "exponential":
        return lambda t: math.exp(p["rate"] * (t - p["start"])), []
    raise ValueError(f"no pulse {name}")


def steps(times, values):
    return lambda t: values[min(len(values) - 1, max(0, int(np.searchsorted(times, t, side="right")) - 1))]


def coefficient(recipe):
    kind = recipe["kind"]
    if kind == "constant":
        value = complex(recipe["re"], recipe["im"])
        return lambda t: value, []
    if kind == "pulse":
        return pulse(recipe["name"], recipe["parameters"])
    if kind == "piecewise" or (kind == "samples" and recipe.get("order", 3) == 0):
        return steps(recipe["times"], recipe["values"]), recipe["times"]
    if kind == "samples":
        spline = make_interp_spline(recipe["times"], recipe["values"], k=recipe["order"])
        return lambda t: float(spline(t)), list(recipe["times"]) + list(spline.t)
    if kind == "conjugate":
        f, edges = coefficient(recipe["of"])
        return lambda t: np.conj(f(t)), edges
    (f, a), (g, b) = map(coefficient, recipe["of"])
    combined = (lambda t: f(t) + g(t)) if kind == "sum" else (lambda t: f(t) * g(t))
    return combined, [*a, *b]


def held(f, low, high):
    """A coefficient on one side of its jumps, as a function, for QuTiP takes no other callable."""
    high = np.nextafter(high, low)
    return lambda t: complex(f(min(max(t, low), high)))


def root(f, low, high):
    own = held(f, low, high)
    # what rounding leaves below zero is none
    return lambda t: complex(math.sqrt(max(0.0, own(t).real)))


def hamiltonian(problem, dims, terms, low, high):
    H = operator(problem["H"], dims)
    if not terms:
        return H
    return qt.QobjEvo([H, *[[op, held(f, low, high)] for op, (f, _) in terms]])


def collapse(problem, dims, rated, low, high):
    out = []
    for jump, factor in rated:
        op = operator(jump["operator"], dims)
        if factor is None:
            out.append(op)
        elif "rate" in jump:
            out.append(qt.QobjEvo([[op, root(factor[0], low, high)]]))
        else:
            out.append(qt.QobjEvo([[op, held(factor[0], low, high)]]))
    return out


def signed_liouvillian(problem, dims, terms, rated, low, high):
    """With rates of either sign: dissipators times rates."""
    L = qt.QobjEvo(qt.liouvillian(hamiltonian(problem, dims, terms, low, high)))
    for jump, factor in rated:
        op = operator(jump["operator"], dims)
        if factor is None:
            L = L + qt.lindblad_dissipator(op)
        elif "rate" in jump:
            L = L + qt.QobjEvo([[qt.lindblad_dissipator(op), held(factor[0], low, high)]])
        else:
            square = lambda t, f=factor[0]: abs(f(t)) ** 2
            L = L + qt.QobjEvo([[qt.lindblad_dissipator(op), held(square, low, high)]])
    return L


def initial(problem, dims):
    data = problem["initial"]
    if data["kind"] == "ket":
        psi = qt.Qobj(np.array(data["amplitudes"], dtype=float).view(complex).reshape(-1, 1), dims=[dims, [1] * len(dims)])
        return psi.proj()
    return operator(data["elements"], dims)


def trajectory(problem, turns, rtol):
    dims, times = problem["dims"], problem["times"]
    size = int(np.prod(dims))
    rho = initial(problem, dims)
    terms = [(operator(term["operator"], dims), coefficient(term["coefficient"])) for term in problem["terms"]]
    recipes = [jump.get("rate") or jump.get("coefficient") for jump in problem["jumps"]]
    rated = [(jump, None if recipe is None else coefficient(recipe)) for jump, recipe in zip(problem["jumps"], recipes)]
    factors = [f for _, f in terms] + [f for _, f in rated if f is not None]
    if not factors and turns > MOST_TURNS:
        L = qt.liouvillian(hamiltonian(problem, dims, [], 0, 1), collapse(problem, dims, rated, 0, 1)).full()
        vector = rho.full().ravel("F")
        return [(expm(L * (t - times[0])) @ vector).reshape(size, size, order="F") for t in times]
    # Nothing estimates the error of its interpolants: after a first step that was too long they were off by 2e-6, whatever was asked for.
    longest = (times[-1] - times[0]) / (turns + LEAST_STEPS)
    options = {**OPTIONS, "rtol": rtol, "atol": rtol / 100, "max_step": longest}
    signed = problem.get("negativeRates", False)
    if size >= MATRIX_FORM and not signed and problem["initial"]["kind"] != "operator":
        options["matrix_form"] = True
    marks = sorted({edge for _, edges in factors for edge in edges if times[0] < edge < times[-1]})
    states, low = [rho.full()], times[0]
    for high in [*marks, times[-1]]:
        inner = [t for t in times if low < t <= high]
        grid = [low, *inner] + ([] if inner and inner[-1] == high else [high])
        if signed:
            run = qt.mesolve(signed_liouvillian(problem, dims, terms, rated, low, high), rho, grid, options=options)
        else:
            run = qt.mesolve(hamiltonian(problem, dims, terms, low, high), rho, grid, collapse(problem, dims, rated, low, high), options=options)
        states += [state.full() for state in run.states[1 : 1 + len(inner)]]
        rho, low = run.states[-1], high
    return states


def steady(problem):
    dims = problem["dims"]
    jumps = [operator(jump["operator"], dims) for jump in problem["jumps"]]
    return [qt.steadystate(operator(problem["H"], dims), jumps).full()]


def answer(request):
    began = time.process_time()
    states = steady(request["problem"]) if request["op"] == "steady" else trajectory(request["problem"], request["turns"], request["rtol"])
    data = np.ascontiguousarray(np.array(states, dtype=complex)).view(float).astype("<f8")
    return {"states": base64.b64encode(data.tobytes()).decode(), "seconds": time.process_time() - began}


def main():
    # What libraries print must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as error:
            reply = {"failed": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


main()
