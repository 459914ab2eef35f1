"""The benchmark problems as matrices of scipy; bench/problems/ has the same ones for this library.

hbar = k_B = 1; rates are inside the jump operators; |0> = (1, 0); sm = |1><0|; the first factor of a product is the slow index.
"""
import numpy as np
import scipy.sparse as sp

I2 = sp.identity(2, dtype=complex, format="csr")
SZ = sp.csr_matrix(np.diag([1.0, -1.0]).astype(complex))
SX = sp.csr_matrix(np.array([[0, 1], [1, 0]], dtype=complex))
SY = sp.csr_matrix(np.array([[0, -1j], [1j, 0]], dtype=complex))
SM = sp.csr_matrix(np.array([[0, 0], [1, 0]], dtype=complex))
SP = sp.csr_matrix(np.array([[0, 1], [0, 0]], dtype=complex))


def destroy(levels):
    return sp.csr_matrix(sp.diags([np.sqrt(np.arange(1, levels)).astype(complex)], [1], shape=(levels, levels)))


def eye(size):
    return sp.identity(size, dtype=complex, format="csr")


def kron(*factors):
    result = factors[0]
    for factor in factors[1:]:
        result = sp.kron(result, factor, format="csr")
    return sp.csr_matrix(result)


def dag(matrix):
    return sp.csr_matrix(matrix.conj().T)


def site(operator, k, count):
    return kron(*[operator if j == k else I2 for j in range(count)])


def transition(size, i, j):
    return sp.csr_matrix(([1 + 0j], ([i], [j])), shape=(size, size))


def clean(matrix):
    matrix = sp.csr_matrix(matrix)
    matrix.eliminate_zeros()
    return matrix


def single(h, jumps, rho0, observables, times, dims, banded, rtol=1e-6, atol=1e-8, drives=()):
    """`banded`: whether QuTiP itself would hold these operators by diagonals (what is made from `destroy`) or in rows."""
    point = dict(h=clean(h), jumps=[clean(jump) for jump in jumps], rho0=clean(rho0), observables={k: clean(o) for k, o in observables.items()}, drives=drives)
    return dict(points=[point], times=times, dims=dims, banded=banded, rtol=rtol, atol=atol)


# P1: the paper's example, and a sweep of it


def two_qubit_point(g, beta_a, beta_b, c):
    omega_a, omega_b = 1.0, 0.7
    sz_a, sz_b, szsz = kron(SZ, I2), kron(I2, SZ), kron(SZ, SZ)
    jumps = [
        np.exp(-beta_a * omega_a / 2) * kron(SP, I2),
        np.exp(+beta_a * omega_a / 2) * kron(SM, I2),
        np.exp(-beta_b * omega_b / 2) * kron(I2, SP),
        np.exp(+beta_b * omega_b / 2) * kron(I2, SM),
    ]
    gibbs = lambda x: sp.csr_matrix(np.diag([np.exp(-x), np.exp(x)]) / (2 * np.cosh(x)), dtype=complex)
    rho0 = kron(gibbs(beta_a * omega_a), gibbs(beta_b * omega_b)) + c * szsz
    return dict(h=clean(omega_a * sz_a + omega_b * sz_b + g * szsz), jumps=jumps, rho0=clean(rho0), observables=dict(szsz=szsz, szA=sz_a, szB=sz_b))


def two_qubits():
    point = two_qubit_point(0.3, 0.5, 1.2, 0.05)
    point["observables"] = dict(H=point["h"], **point["observables"])
    return dict(points=[point], times=np.linspace(0, 5, 201), dims=[2, 2], banded=False, rtol=1e-8, atol=1e-10)


def sweep(count):
    """As many of the thousand points as asked for, evenly spread."""
    parameters = []
    for g in np.linspace(0.1, 1.0, 10):
        for beta_a in np.linspace(0.2, 1.0, 5):
            for beta_b in np.linspace(0.3, 1.5, 5):
                z = 4 * np.cosh(beta_a) * np.cosh(0.7 * beta_b)
                largest = min(np.exp(-beta_a + 0.7 * beta_b), np.exp(beta_a - 0.7 * beta_b)) / z
                parameters += [(g, beta_a, beta_b, fraction * largest) for fraction in (0.2, 0.45, 0.7, 0.95)]
    chosen = [parameters[k * len(parameters) // count] for k in range(count)]
    return dict(points=[two_qubit_point(*p) for p in chosen], times=np.linspace(0, 5, 201), dims=[2, 2], banded=False, rtol=1e-8, atol=1e-10)


# P2, P4, P9 at 50: cavities


def oscillator(levels, detuning, u, drive):
    a = destroy(levels)
    ad = dag(a)
    return detuning * ad @ a + u * ad @ ad @ a @ a + drive * (a + ad)


def kerr_cavity(levels):
    a = destroy(levels)
    return single(oscillator(levels, 0.5, 0.15, 1.0), [a], transition(levels, 0, 0), dict(n=dag(a) @ a), np.linspace(0, 10, 101), [levels], True)


def thermal_oscillator(levels):
    """The headline problem of the QuantumToolbox.jl paper (arXiv 2504.21440), which has 50 levels."""
    a = destroy(levels)
    jumps = [np.sqrt(1.2) * a, np.sqrt(0.2) * dag(a)]
    return single(oscillator(levels, 0.1, 0.025, 2.0), jumps, transition(levels, 0, 0), dict(n=dag(a) @ a), np.linspace(0, 10, 100), [levels], True)


def cavity_and_atom(levels):
    omega, g, kappa, gamma, nth = 2 * np.pi, 0.1 * np.pi, 0.05, 0.05, 0.5
    a, down = kron(destroy(levels), I2), kron(eye(levels), SM)
    ad, up = dag(a), dag(down)
    h = omega * ad @ a + (omega / 2) * kron(eye(levels), SZ) + g * (a @ up + ad @ down)
    jumps = [np.sqrt(kappa * (1 + nth)) * a, np.sqrt(kappa * nth) * ad, np.sqrt(gamma) * down]
    return single(h, jumps, transition(2 * levels, 0, 0), dict(n=ad @ a, pe=up @ down), np.linspace(0, 50, 501), [levels, 2], True)


# P3, P7, P9: chains of spins


def xxz_chain(count, pump=0, anisotropy=0.5, field=0.2, decay=0.1, dephasing=0.05):
    link = lambda o, k: site(o, k, count) @ site(o, k + 1, count)
    h = sum((field / 2) * site(SZ, k, count) for k in range(count))
    for k in range(count - 1):
        h = h + 0.25 * (link(SX, k) + link(SY, k) + anisotropy * link(SZ, k))
    jumps = [np.sqrt(decay) * site(SM, k, count) for k in range(count)]
    jumps += [np.sqrt(dephasing / 2) * site(SZ, k, count) for k in range(count)]
    if pump:
        jumps.append(np.sqrt(pump) * site(SP, 0, count))
    neel = int("".join(str(k % 2) for k in range(count)), 2)
    observables = {f"sz{k}": site(SZ, k, count) for k in range(count)}
    return single(h, jumps, transition(2**count, neel, neel), observables, np.linspace(0, 10, 51), [2] * count, False)


def ising_chain(levels):
    count = levels.bit_length() - 1
    h = sum(50.0 * site(SZ, k, count) for k in range(count))
    h = h + sum(25.0 * site(SX, k, count) @ site(SX, k + 1, count) for k in range(count - 1))
    jumps = [site(SM, k, count) for k in range(count)]
    return single(h, jumps, transition(levels, 0, 0), dict(szN=site(SZ, count - 1, count)), np.linspace(0, 10, 100), [2] * count, False)


def stiff_lambda():
    t = lambda i, j: transition(3, i, j)
    both = lambda i, j: t(i, j) + t(j, i)
    h = 0.3 * t(1, 1) + 50.0 * both(2, 0) + 30.0 * both(2, 1) + 0.5 * both(0, 1)
    jumps = [np.sqrt(5e3) * t(0, 2), np.sqrt(5e3) * t(1, 2), np.sqrt(0.1) * t(0, 1)]
    observables = dict(g1=t(0, 0), g2=t(1, 1), e=t(2, 2), x=both(0, 1))
    return single(h, jumps, t(0, 0), observables, np.linspace(0, 10, 101), [3], False)


def stiff_chain(levels):
    count = levels.bit_length() - 1
    h = 0
    for k in range(count - 1):
        strength = 50.0 if k == count - 2 else 1.0
        h = h + (strength / 2) * (site(SX, k, count) @ site(SX, k + 1, count) + site(SY, k, count) @ site(SY, k + 1, count))
    jumps = [100.0 * site(SM, count - 1, count), site(SP, 0, count)]
    observables = {f"sz{k}": site(SZ, k, count) for k in range(count)}
    return single(h, jumps, transition(levels, levels - 1, levels - 1), observables, np.linspace(0, 10, 101), [2] * count, False)


# P5, TJC: driven in time. The terms of H beside the constant h: an operator and its coefficient, an expression in t for QuTiP


def function_of(expression, names):
    """The expression as a function of t on these functions and constants."""
    return eval(f"lambda t: {expression}", dict(names))


def driven(levels, expression, constants):
    if levels == 2:
        h, h1, jumps, dims = 0.6 * SZ, SX, [np.sqrt(0.05) * SM], [2]
        observables = dict(sz=SZ, sx=SX)
    else:
        dims = [levels // 2, 2]
        a, down, sz = kron(destroy(dims[0]), I2), kron(eye(dims[0]), SM), kron(eye(dims[0]), SZ)
        ad, up = dag(a), dag(down)
        h = ad @ a + 0.6 * sz + 0.2 * (a @ up + ad @ down)
        h1, jumps = a + ad, [np.sqrt(0.1) * a, np.sqrt(0.05) * down]
        observables = dict(n=ad @ a, sz=sz)
    drives = [dict(operator=clean(h1), coefficient=expression, constants=constants)]
    return single(h, jumps, transition(levels, 1, 1), observables, np.linspace(0, 10, 101), dims, levels > 2, drives=drives)


def turning_coupling(levels):
    """timedependent_jaynescummings of the suite of QuantumOptics.jl, with the rates of its Jaynes-Cummings problem."""
    g, kappa, gamma, nth = 2.0, 0.5, 0.1, 0.75
    constants = dict(D=1.0 - 0.9)
    a, down = kron(destroy(levels), I2), kron(eye(levels), SM)
    ad, up = dag(a), dag(down)
    drives = [
        dict(operator=clean(g * ad @ down), coefficient="exp(-1j*D*t)", constants=constants),
        dict(operator=clean(g * a @ up), coefficient="exp(1j*D*t)", constants=constants),
    ]
    jumps = [np.sqrt(kappa * (1 + nth)) * a, np.sqrt(kappa * nth) * ad, np.sqrt(gamma) * down]
    start = sum(transition(2 * levels, i, j) for i in (0, 1) for j in (0, 1)) / 2
    h = sp.csr_matrix((2 * levels, 2 * levels), dtype=complex)
    observables = dict(n=ad @ a, x=a @ up + ad @ down)
    return single(h, jumps, start, observables, np.linspace(0, 10, 11), [levels, 2], True, drives=drives)


# P6: steady states, and what is computed from them


def kerr_with_ladder(levels):
    problem = kerr_cavity(levels)
    problem["points"][0]["observables"]["a"] = destroy(levels)
    return problem


def driven_atom():
    observables = dict(pe=SP @ SM, down=SM)
    return single(1.5 * SX, [SM], transition(2, 1, 1), observables, np.linspace(0, 10, 101), [2], False)


PULSE = "A*exp(-(t-t0)**2/(2*s*s))*cos(wd*t)", dict(A=1.0, t0=5.0, s=1.5, wd=1.1)
CARRIER = "A*cos(wd*t)", dict(A=0.5, wd=1.1)

PROBLEMS = {
    "P1": lambda _: two_qubits(),
    "P1sweep": sweep,
    "P2": kerr_cavity,
    "P3": xxz_chain,
    "P4": cavity_and_atom,
    "P5": lambda levels: driven(levels, *PULSE),
    "P5cos": lambda levels: driven(levels, *CARRIER),
    "TJC": turning_coupling,
    "P6-P2": kerr_with_ladder,
    # without a pump the steady state is the lowest state
    "P6-P3": lambda count: xxz_chain(count, pump=0.2),
    "P6-P4": cavity_and_atom,
    "P6-atom": lambda _: driven_atom(),
    "P7": lambda levels: stiff_lambda() if levels == 3 else stiff_chain(levels),
    "P8": kerr_cavity,
    "P8-P3": xxz_chain,
    "P9MC": thermal_oscillator,
    "P9": lambda levels: thermal_oscillator(50) if levels == 50 else ising_chain(levels),
}

built = {}


def problem_of(request):
    """The problem that a request names; the last one is kept."""
    key = (request["problem"], request["size"])
    if key not in built:
        built.clear()
        built[key] = PROBLEMS[key[0]](key[1])
    return built[key]
