"""Exact answers for steady states and what is computed from them, to measure errors with.

Independent of QuTiP and of its superoperators: the Liouvillian in 80-bit numbers (where the platform has them) on the elements of rho that are
reached, sparse LU factors of it in double precision, and solutions refined with 80-bit residuals until nothing changes any more.
"""
import numpy as np
import scipy.linalg as sla
import scipy.sparse as sp
import scipy.sparse.linalg as spla
from problems import PROBLEMS
from reference import ENOUGH_LEVELS, expm_step, fingerprint, kept, liouvillian, reached

WIDE = np.clongdouble
# of an LU factorisation: what fills up more takes minutes
MOST_REACHED = 13_000
# of a diagonalisation
MOST_DENSE = 1100
# eigenvalues that are refined
LEADING = 16


def extended(point):
    """The Liouvillian in extended precision, row-major."""
    wide = lambda matrix: sp.csr_matrix(matrix, dtype=WIDE)
    return sp.csr_matrix(liouvillian(wide(point["h"]), [wide(jump) for jump in point["jumps"]]))


def refined(matrix, right):
    """The solution of matrix x = right. Both are given in extended precision."""
    factors = spla.splu(sp.csc_matrix(matrix.astype(complex)))
    x = np.zeros(len(right), WIDE)
    for _ in range(8):
        step = factors.solve((right - matrix @ x).astype(complex))
        x = x + step
        if np.abs(step).max() <= 1e-18 * np.abs(x).max():
            break
    return x


def steady_state(point):
    """rho as a matrix; None where too much of it is reached."""
    matrix = extended(point)
    size = point["h"].shape[0]
    identity = np.eye(size, dtype=bool).reshape(-1)
    keep = reached(matrix, identity)
    if len(keep) > MOST_REACHED:
        return None
    # the rates of all populations add up to zero: one of them is redundant, and the trace takes its place
    part = sp.lil_matrix(matrix[keep][:, keep])
    row = int(np.flatnonzero(identity[keep])[0])
    part[row] = identity[keep].astype(WIDE)
    right = np.zeros(len(keep), WIDE)
    right[row] = 1
    rho = np.zeros(size * size, WIDE)
    rho[keep] = refined(sp.csr_matrix(part), right)
    return rho.reshape(size, size)


def expectations(point):
    """Of the observables."""
    rho = steady_state(point)
    return None if rho is None else np.array([expectation(o, rho) for o in point["observables"].values()], complex)


def expectation(operator, rho):
    """Tr[O rho]"""
    operator = sp.coo_matrix(operator)
    return (operator.data * rho[operator.col, operator.row]).sum()


def fluctuation(point, ladder, connected):
    """The coordinates reached from B rho, L and B rho on them, and A = B' as a row: Tr[A X] = row . X. `connected`: (B - <B>) rho instead."""
    rho = steady_state(point)
    b = point["observables"][ladder]
    start = np.asarray(b.toarray().astype(WIDE) @ rho)
    if connected:
        start = start - expectation(b, rho) * rho
    start = start.reshape(-1)
    matrix = extended(point)
    keep = reached(matrix, start != 0)
    # A = B', and Tr[A X] = sum of A_ji X_ij
    row = b.toarray().conj().astype(WIDE).reshape(-1)[keep]
    return matrix[keep][:, keep], start[keep], row


def spectrum(point, ladder, frequencies):
    """2 Re Tr[A (i w - L)^-1 (B - <B>) rho]"""
    matrix, start, row = fluctuation(point, ladder, True)
    one = sp.identity(len(start), dtype=WIDE, format="csr")
    return np.array([2 * (row @ refined(1j * w * one - matrix, start)).real for w in frequencies], float)


def correlation(point, ladder, delays):
    """Tr[A exp(L tau) B rho], by a Taylor series in extended precision; the delays are evenly spaced."""
    matrix, vector, row = fluctuation(point, ladder, False)
    norm = float(abs(matrix).sum(axis=0).max())
    values = [row @ vector]
    for _ in delays[1:]:
        vector = expm_step(matrix, vector, delays[1] - delays[0], norm)
        values.append(row @ vector)
    return np.array(values, complex)


def eigenvalues(point):
    """All of them, the leading ones refined: those nearest to zero and those with the largest real parts. None where there are too many."""
    matrix = extended(point)
    if matrix.shape[0] > MOST_DENSE:
        return None
    values = sla.eigvals(matrix.astype(complex).toarray())
    for order in (np.argsort(np.abs(values)), np.argsort(-values.real)):
        for k in order[:LEADING]:
            values[k] = refined_eigenvalue(matrix, values[k])
    return values


def refined_eigenvalue(matrix, value):
    """Newton's method for (L - lambda) x = 0 and c.x = 1; where an eigenvalue is not simple, what was found before."""
    size = matrix.shape[0]
    rng = np.random.default_rng(1)
    c = rng.standard_normal(size).astype(WIDE)
    one = sp.identity(size, dtype=WIDE, format="csr")
    x, found = rng.standard_normal(size).astype(WIDE), WIDE(value)
    for k in range(6):
        shifted = matrix - found * one
        border = sp.csr_matrix((-x if k else c)[:, None])
        jacobian = sp.bmat([[shifted, border], [sp.csr_matrix(c[None, :]), None]], format="csc").astype(complex)
        # the first step finds a vector: (L - lambda) x = -c s, where s is small
        right = np.append(np.zeros(size, WIDE), 1) if k == 0 else np.append(-(shifted @ x), 1 - c @ x)
        try:
            step = spla.splu(jacobian).solve(right.astype(complex))
        except RuntimeError:
            return value
        if k == 0:
            x = step[:size].astype(WIDE)
            continue
        x, found = x + step[:size], found + step[size]
        if abs(step[size]) <= 1e-17 * (1 + abs(found)):
            break
    near = abs(found - WIDE(value)) <= 1e-8 * (1 + abs(value))
    return complex(found) if near else value


QUANTITIES = {
    "steadystate": lambda point, _: expectations(point),
    "spectrum": lambda point, request: spectrum(point, request["ladder"], request["at"]),
    "correlation2op1t": lambda point, request: correlation(point, request["ladder"], request["at"]),
    "liouvillianSpectrum": lambda point, _: eigenvalues(point),
}


def exact(request):
    """What a request asks for, as an array; an empty one where it is not known."""
    name, size, task = request["problem"], request["size"], request["task"]
    # the levels above are empty
    levels = min(size, ENOUGH_LEVELS) if name == "P6-P2" and task == "steadystate" else size
    problem = PROBLEMS[name](levels)
    at = request.get("at") or [0]

    def compute():
        values = QUANTITIES[task](problem["points"][0], request)
        return np.array([]) if values is None else values

    return kept(f"{task}-{name}-{levels}-{at[0]}-{at[-1]}-{len(at)}-{fingerprint(problem, __file__)}", compute)
