/** The benchmark problems; bench/peers/problems.py has the same ones for QuTiP, and says where they come from. */
import { destroy, fock, ket2dm, num, Operator, qeye, sigmam, sigmap, sigmaz, tensor } from "lindblad";

/** Each: what `mesolve` takes, and which of QuTiP's methods it is compared with; the first of them is QuTiP's default. */
export const problems = [
  {
    name: "two-qubits",
    title: "two qubits of the paper's example, 201 times, rtol 1e-8",
    build: twoQubits,
    methods: ["auto"],
    peerMethods: ["adams", "adams+mf", "tsit5", "vern7", "diag", "diag+run"],
  },
  {
    name: "oscillator-50",
    title: "driven nonlinear oscillator, 50 levels, 100 times, rtol 1e-6",
    build: () => oscillator(50),
    methods: ["auto"],
    peerMethods: ["adams", "tsit5", "tsit5+mf", "vern7", "dop853", "krylov"],
  },
];

function twoQubits() {
  const [omegaA, omegaB, g, betaA, betaB, c] = [1, 0.7, 0.3, 0.5, 1.2, 0.05];
  const one = qeye(2);
  const [szA, szB, szsz] = [tensor(sigmaz(), one), tensor(one, sigmaz()), tensor(sigmaz(), sigmaz())];
  const H = szA.scale(omegaA).add(szB.scale(omegaB)).add(szsz.scale(g));
  return {
    H,
    rho0: tensor(gibbs(betaA * omegaA), gibbs(betaB * omegaB)).add(szsz.scale(c)),
    tlist: linspace(0, 5, 201),
    options: {
      cOps: [
        tensor(sigmap(), one).scale(Math.exp((-betaA * omegaA) / 2)),
        tensor(sigmam(), one).scale(Math.exp((betaA * omegaA) / 2)),
        tensor(one, sigmap()).scale(Math.exp((-betaB * omegaB) / 2)),
        tensor(one, sigmam()).scale(Math.exp((betaB * omegaB) / 2)),
      ],
      eOps: { H, szsz, szA, szB },
      rtol: 1e-8,
      atol: 1e-10,
    },
  };
}

function oscillator(levels) {
  const [detuning, u, drive, gamma, nth] = [0.1, -0.05, 2, 1, 0.2];
  const a = destroy(levels);
  const ad = a.dag();
  return {
    H: num(levels)
      .scale(detuning)
      .sub(
        ad
          .mul(ad)
          .mul(a)
          .mul(a)
          .scale(u / 2),
      )
      .add(a.add(ad).scale(drive)),
    rho0: ket2dm(fock(levels, 0)),
    tlist: linspace(0, 10, 100),
    options: {
      cOps: [a.scale(Math.sqrt(gamma * (1 + nth))), ad.scale(Math.sqrt(gamma * nth))],
      eOps: { n: num(levels) },
      rtol: 1e-6,
      atol: 1e-8,
    },
  };
}

/** exp(-x sz)/Z */
function gibbs(x) {
  const Z = 2 * Math.cosh(x);
  return Operator.fromArrays({
    dims: [2],
    re: [
      [Math.exp(-x) / Z, 0],
      [0, Math.exp(x) / Z],
    ],
  });
}

function linspace(from, to, count) {
  return Float64Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));
}
