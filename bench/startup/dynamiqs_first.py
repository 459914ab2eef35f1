"""What a fresh process does: import dynamiqs, build the two qubits, compile, solve, print one number."""
import os

os.environ["JAX_PLATFORMS"] = "cpu"

import dynamiqs as dq
import jax.numpy as jnp
import numpy as np

dq.set_precision("double")
dq.set_progress_meter(False)

omega_a, omega_b, g, beta_a, beta_b, c = 1.0, 0.7, 0.3, 0.5, 1.2, 0.05
one, sz = dq.eye(2), dq.sigmaz()
lower = dq.asqarray(jnp.array([[0, 0], [1, 0]], dtype=complex))
szsz = dq.tensor(sz, sz)
h = omega_a * dq.tensor(sz, one) + omega_b * dq.tensor(one, sz) + g * szsz
jumps = [
    np.exp(-beta_a * omega_a / 2) * dq.tensor(lower.dag(), one),
    np.exp(+beta_a * omega_a / 2) * dq.tensor(lower, one),
    np.exp(-beta_b * omega_b / 2) * dq.tensor(one, lower.dag()),
    np.exp(+beta_b * omega_b / 2) * dq.tensor(one, lower),
]
gibbs = lambda x: dq.asqarray(jnp.diag(jnp.exp(jnp.array([-x, x]))) / (2 * np.cosh(x)))
rho0 = dq.tensor(gibbs(beta_a * omega_a), gibbs(beta_b * omega_b)) + c * szsz
observables = [h, szsz, dq.tensor(sz, one), dq.tensor(one, sz)]
method = dq.method.Tsit5(rtol=1e-8, atol=1e-10)
result = dq.mesolve(h, jumps, rho0, jnp.linspace(0, 5, 201), exp_ops=observables, method=method)
print(float(result.expects[1][-1].real))
