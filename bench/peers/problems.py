"""The benchmark problems as a QuTiP user writes them; bench/problems.mjs has the same ones for this library.

hbar = k_B = 1; rates are inside the jump operators; sigmam() = |1><0|.
"""
import numpy as np
import qutip as qt


def two_qubits():
    """The paper's example: two qubits, each with its own thermal bath, coupled by g sz sz, in a correlated initial state."""
    omega_a, omega_b, g, beta_a, beta_b, c = 1.0, 0.7, 0.3, 0.5, 1.2, 0.05
    one, sz = qt.qeye(2), qt.sigmaz()
    sz_a, sz_b, szsz = qt.tensor(sz, one), qt.tensor(one, sz), qt.tensor(sz, sz)
    h = omega_a * sz_a + omega_b * sz_b + g * szsz
    up, down = qt.sigmap(), qt.sigmam()
    jumps = [
        np.exp(-beta_a * omega_a / 2) * qt.tensor(up, one),
        np.exp(+beta_a * omega_a / 2) * qt.tensor(down, one),
        np.exp(-beta_b * omega_b / 2) * qt.tensor(one, up),
        np.exp(+beta_b * omega_b / 2) * qt.tensor(one, down),
    ]
    gibbs_a = (-beta_a * omega_a * sz).expm().unit()
    gibbs_b = (-beta_b * omega_b * sz).expm().unit()
    times = np.linspace(0, 5, 201)

    decay = 2 * np.cosh(beta_a * omega_a) + 2 * np.cosh(beta_b * omega_b)
    z_a, z_b = -np.tanh(beta_a * omega_a), -np.tanh(beta_b * omega_b)
    zz = z_a * z_b + 4 * c * np.exp(-decay * times)
    return dict(
        h=h,
        jumps=jumps,
        rho0=qt.tensor(gibbs_a, gibbs_b) + c * szsz,
        times=times,
        observables=dict(H=h, szsz=szsz, szA=sz_a, szB=sz_b),
        rtol=1e-8,
        atol=1e-10,
        closed_form=[omega_a * z_a + omega_b * z_b + g * zz, zz, np.full(201, z_a), np.full(201, z_b)],
    )


def oscillator(levels):
    """Driven nonlinear oscillator with thermal photons: the headline of the QuantumToolbox.jl paper (arXiv 2504.21440) at 50 levels."""
    detuning, u, drive, gamma, nth = 0.1, -0.05, 2.0, 1.0, 0.2
    a = qt.destroy(levels)
    ad = a.dag()
    return dict(
        h=detuning * ad * a - (u / 2) * ad * ad * a * a + drive * (a + ad),
        jumps=[np.sqrt(gamma * (1 + nth)) * a, np.sqrt(gamma * nth) * ad],
        rho0=qt.fock_dm(levels, 0),
        times=np.linspace(0, 10, 100),
        observables=dict(n=ad * a),
        rtol=1e-6,
        atol=1e-8,
        closed_form=None,
    )


PROBLEMS = {"two-qubits": two_qubits, "oscillator-50": lambda: oscillator(50)}
