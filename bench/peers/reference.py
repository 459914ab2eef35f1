"""Expectation values to rounding, for measuring errors: scaled Taylor series of the exponential of the Liouvillian.

Independent of QuTiP's solvers and superoperators: it takes matrices and uses scipy's sparse product alone.
"""
import numpy as np
import scipy.sparse as sp

MAX_TERMS = 200


def liouvillian(h, jumps):
    """Row-major vectorisation: vec(A X B) = (A kron B^T) vec X."""
    one = sp.identity(h.shape[0], dtype=complex, format="csr")
    total = -1j * (sp.kron(h, one) - sp.kron(one, h.T))
    for jump in jumps:
        rate = jump.conj().T @ jump
        total = total + sp.kron(jump, jump.conj()) - 0.5 * sp.kron(rate, one) - 0.5 * sp.kron(one, rate.T)
    return sp.csr_matrix(total)


def expm_step(matrix, vector, step, norm):
    """exp(step * matrix) @ vector, in pieces whose norm is at most 2 so that the series does not cancel."""
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


def expectations(problem):
    """One list of values a time for every observable."""
    matrix = liouvillian(problem["h"], problem["jumps"])
    norm = float(np.abs(matrix).sum(axis=0).max())
    times = problem["times"]
    rho = problem["rho0"].astype(complex).reshape(-1)
    # Tr[O rho] = vec(O^T) . vec(rho)
    rows = [np.asarray(observable.T.toarray()).reshape(-1) for observable in problem["observables"]]
    values = [[float((row @ rho).real) for row in rows]]
    for k in range(1, len(times)):
        rho = expm_step(matrix, rho, times[k] - times[k - 1], norm)
        values.append([float((row @ rho).real) for row in rows])
    return np.array(values).T
