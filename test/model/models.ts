/** Small models that the tests start from. */
export const bipartiteModel = () => ({
  version: 1,
  kind: "bipartite",
  parameters: { g: 0.3, c: 0.1, betaA: 0.5, betaB: 1.2, lambda: "2 * cosh(betaA) + 2 * cosh(betaB * 0.7)" },
  A: { dim: 2, hamiltonian: "sigmaz", bath: { beta: "betaA" } },
  B: { dim: 2, hamiltonian: "0.7 * sigmaz", bath: { beta: "betaB" } },
  V: "g * tensor(sigmaz, sigmaz)",
  initial: "tensor(piA, piB) + c * tensor(sigmaz, sigmaz)",
  times: { to: 1, count: 11 },
  compare: { delta_U_chi: "4 * g * c * (exp(-lambda * t) - 1)" },
  solver: { rtol: 1e-12, atol: 1e-14 },
});

export const lindbladModel = () => ({
  version: 1,
  kind: "lindblad",
  parameters: { N: 4, kappa: "2 * half", half: 0.25 },
  operators: { number: "dag(a) * a", a: "destroy(N)" },
  dims: ["N"],
  hamiltonian: "number",
  jumps: [{ op: "a", rate: "kappa" }],
  initial: "fock(N, 2)",
  times: [0, 0.5, 1],
  observables: { n: "number", a: "a" },
  compare: { n: "2 * exp(-kappa * t)" },
  solver: { rtol: 1e-10, atol: 1e-12 },
});
