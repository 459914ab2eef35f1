"""Expectation values to rounding, for measuring errors: the exponential of the Liouvillian on the elements of rho that are ever reached;
for what is driven in time a Runge-Kutta method at steps short enough that only rounding is left.

Independent of the peers' solvers and superoperators: it takes matrices and uses scipy's exponential, DOP853 and sparse product alone.
Results are kept in build/references, under a hash of the problem.
"""
import hashlib
import os

import numpy as np
import scipy.linalg as sla
import scipy.sparse as sp
from problems import function_of
from scipy.integrate import solve_ivp

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "references")
MAX_TERMS = 200
# up to here the dense exponential of one interval, used over and over, is the fastest
DENSE = 1024
# up to here it is computed in extended precision: a stiff problem costs four digits
EXTENDED = 80
# of DOP853: near the smallest rtol that scipy takes
DRIVEN = dict(rtol=3e-14, atol=1e-16)
# of the Kerr cavity: above, it starts from empty levels that are never filled
ENOUGH_LEVELS = 64


def liouvillian(h, jumps):
    """Row-major vectorisation: vec(A X B) = (A kron B^T) vec X."""
    one = sp.identity(h.shape[0], dtype=complex, format="csr")
    total = -1j * (sp.kron(h, one) - sp.kron(one, h.T))
    for jump in jumps:
        rate = jump.conj().T @ jump
        total = total + sp.kron(jump, jump.conj()) - 0.5 * sp.kron(rate, one) - 0.5 * sp.kron(one, rate.T)
    total = sp.csr_matrix(total)
    total.eliminate_zeros()
    return total


def reached(matrix, start):
    """Indices that exp(t matrix) can fill from those in `start`: symmetries leave most of rho empty."""
    links = (abs(matrix) > 0).astype(np.int64)
    filled = start.copy()
    while True:
        more = filled | ((links @ filled.astype(np.int64)) > 0)
        if np.array_equal(more, filled):
            return np.flatnonzero(filled)
        filled = more


def expm_step(matrix, vector, step, norm):
    """exp(step * matrix) @ vector, in pieces whose norm is at most 2 so that the Taylor series does not cancel."""
    pieces = max(1, int(np.ceil(norm * step / 2)))
    for _ in range(pieces):
        term = vector
        total = vector.copy()
        for k in range(1, MAX_TERMS + 1):
            term = (step / pieces / k) * (matrix @ term)
            total = total + term
            if np.abs(term).max() <= 1e-19 * np.abs(total).max():
                break
        else:
            raise RuntimeError("the Taylor series did not converge")
        vector = total
    return vector


def expm_extended(matrix):
    """The exponential by a Taylor series of the matrix scaled to norm below 1, and squaring."""
    matrix = matrix.astype(np.clongdouble)
    squarings = max(0, int(np.ceil(np.log2(float(np.abs(matrix).sum(axis=0).max()) + 1e-300))) + 1)
    matrix = matrix / 2**squarings
    term = total = np.eye(len(matrix), dtype=np.clongdouble)
    for k in range(1, 26):
        term = term @ matrix / k
        total = total + term
    for _ in range(squarings):
        total = total @ total
    return total


def coefficients(point):
    """What the operators that drive it are multiplied with, as functions of time."""
    return [function_of(drive["coefficient"], dict(exp=np.exp, cos=np.cos, **drive["constants"])) for drive in point.get("drives", ())]


def expectations(point, times):
    """One list of values a time for every observable. The times are evenly spaced."""
    matrix = liouvillian(point["h"], point["jumps"])
    drives = [liouvillian(drive["operator"], []) for drive in point.get("drives", ())]
    rho = point["rho0"].toarray().astype(complex).reshape(-1)
    keep = reached(sum((abs(drive) for drive in drives), abs(matrix)), rho != 0)
    matrix, *drives = [sp.csr_matrix(m[keep][:, keep]) for m in (matrix, *drives)]
    rho = rho[keep]
    # Tr[O rho] = vec(O^T) . vec(rho)
    rows = np.array([np.asarray(o.T.toarray()).reshape(-1)[keep] for o in point["observables"].values()])
    if drives:
        return driven_expectations(matrix, list(zip(drives, coefficients(point))), rho, rows, times)
    step = (times[-1] - times[0]) / (len(times) - 1)
    if len(keep) <= DENSE:
        dense = step * matrix.toarray()
        propagator = expm_extended(dense) if len(keep) <= EXTENDED else sla.expm(dense)
        advance = lambda vector: propagator @ vector
    else:
        norm = float(np.abs(matrix).sum(axis=0).max())
        advance = lambda vector: expm_step(matrix, vector, step, norm)
    values = [(rows @ rho).real]
    for _ in times[1:]:
        rho = advance(rho)
        values.append((rows @ rho).real.astype(float))
    return np.array(values).T


def driven_expectations(matrix, drives, rho, rows, times):
    """
    From one time to the next by DOP853: its interpolation between steps would be of lower order. Gauss collocation of order 16 gives the
    same to 3e-13 for P5, P5cos and TJC in all their usual sizes.
    """

    def rate(t, vector):
        total = matrix @ vector
        for drive, f in drives:
            total = total + f(t) * (drive @ vector)
        return total

    values = [(rows @ rho).real]
    for begin, end in zip(times, times[1:]):
        solution = solve_ivp(rate, (begin, end), rho, method="DOP853", t_eval=[end], **DRIVEN)
        if not solution.success:
            raise RuntimeError(solution.message)
        rho = solution.y[:, -1]
        values.append((rows @ rho).real)
    return np.array(values).T


def reference_of(problems, request):
    """Exact values of a problem, [point][observable][time]."""
    name, size = request["problem"], request["size"]
    problem = problems[name](min(size, ENOUGH_LEVELS) if name in ("P2", "P8") else size)
    compute = lambda: np.array([expectations(point, problem["times"]) for point in problem["points"]])
    return kept(f"{name}-{size}-{fingerprint(problem)}", compute)


def kept(name, compute):
    """An array, computed once and kept in a file of this name."""
    file = os.path.join(FOLDER, f"{name}.npy")
    if os.path.exists(file):
        return np.load(file)
    values = compute()
    os.makedirs(FOLDER, exist_ok=True)
    temporary = f"{file}.{os.getpid()}.npy"
    np.save(temporary, values)
    os.replace(temporary, file)
    return values


def fingerprint(problem, source=__file__):
    """A hash of all numbers of the problem and of the file that computes."""
    digest = hashlib.sha256(open(source, "rb").read())
    digest.update(np.asarray(problem["times"]).tobytes())
    for point in problem["points"]:
        drives = point.get("drives", ())
        digest.update(repr([(drive["coefficient"], drive["constants"]) for drive in drives]).encode())
        operators = [drive["operator"] for drive in drives]
        for matrix in [point["h"], *operators, *point["jumps"], point["rho0"], *point["observables"].values()]:
            matrix = sp.coo_matrix(matrix)
            for part in (matrix.row, matrix.col, matrix.data):
                digest.update(part.tobytes())
    return digest.hexdigest()[:16]
