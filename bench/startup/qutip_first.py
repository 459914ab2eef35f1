"""What a fresh process does: import QuTiP, build the two qubits, solve, print one number."""
import numpy as np
import qutip as qt

omega_a, omega_b, g, beta_a, beta_b, c = 1.0, 0.7, 0.3, 0.5, 1.2, 0.05
one, sz = qt.qeye(2), qt.sigmaz()
szsz = qt.tensor(sz, sz)
h = omega_a * qt.tensor(sz, one) + omega_b * qt.tensor(one, sz) + g * szsz
jumps = [
    np.exp(-beta_a * omega_a / 2) * qt.tensor(qt.sigmap(), one),
    np.exp(+beta_a * omega_a / 2) * qt.tensor(qt.sigmam(), one),
    np.exp(-beta_b * omega_b / 2) * qt.tensor(one, qt.sigmap()),
    np.exp(+beta_b * omega_b / 2) * qt.tensor(one, qt.sigmam()),
]
gibbs = lambda x: (-x * sz).expm().unit()
rho0 = qt.tensor(gibbs(beta_a * omega_a), gibbs(beta_b * omega_b)) + c * szsz
observables = [h, szsz, qt.tensor(sz, one), qt.tensor(one, sz)]
options = {"rtol": 1e-8, "atol": 1e-10, "progress_bar": ""}
result = qt.mesolve(h, rho0, np.linspace(0, 5, 201), jumps, e_ops=observables, options=options)
print(result.expect[1][-1])
