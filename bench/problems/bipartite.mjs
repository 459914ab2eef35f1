/** Two parts and their baths, with 101 output times. No peer follows their energies: they are compared with `mesolve` alone. */
import {
  bipartite,
  customBath,
  destroy,
  num,
  Operator,
  sigmam,
  sigmap,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
  twoQubitExample,
} from "lindblad";
import { linspace } from "./parts.mjs";
import { uniform } from "./random.mjs";

const times = linspace(0, 10, 101);
const cold = (HA, HB) => thermalState(HA, 0.1).kron(thermalState(HB, 3));
const ladder = (name, a) => customBath(name, { name, jumps: [a.scale(0.3), a.dag().scale(0.1)] });

/** The two-qubit example of the paper: populations alone. */
function paper() {
  const { system, rho0 } = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0.05 });
  return { system: () => system.withBaths([thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })]), rho0 };
}

/** H_A, H_B and V without structure, a thermal bath on either part. */
function dense(dA, dB) {
  const next = uniform(100 * dA + dB);
  const hermitian = (dims) => {
    const d = dims.reduce((a, b) => a * b, 1);
    const X = Operator.dense(
      dims,
      Float64Array.from({ length: 2 * d * d }, () => next() - 0.5),
    );
    return X.add(X.dag()).scale(0.5).hermitianPart();
  };
  const [HA, HB, V] = [hermitian([dA]), hermitian([dB]), hermitian([dA, dB]).scale(0.3)];
  const baths = [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })];
  return { system: () => bipartite({ HA, HB, V, baths }), rho0: cold(HA, HB) };
}

/** A cavity and an atom, each with a bath. */
function cavity(levels) {
  const a = destroy(levels);
  const [HA, HB] = [num(levels), sigmaz().scale(0.5)];
  const V = tensor(a, sigmap()).add(tensor(a.dag(), sigmam())).scale(0.2);
  const baths = [ladder("A", a), thermalBath("B", { beta: 1.2, Gamma: 0.1 })];
  return { system: () => bipartite({ HA, HB, V, baths }), rho0: cold(HA, HB) };
}

/** Two ladders of levels with a diagonal interaction: populations alone. */
function ladders(levels) {
  const [HA, HB] = [num(levels), num(levels).scale(0.7)];
  const V = tensor(num(levels), num(levels)).scale(0.01);
  const baths = [ladder("A", destroy(levels)), ladder("B", destroy(levels))];
  return { system: () => bipartite({ HA, HB, V, baths }), rho0: cold(HA, HB) };
}

/** By key; `large`: entropies and measures are not computed by default. */
export const BIPARTITE = {
  "2x2": { title: "the paper's two qubits", ...paper(), times },
  "2x2 dense": { title: "no structure, thermal baths", ...dense(2, 2), times },
  "3x3": { title: "no structure, thermal baths", ...dense(3, 3), times },
  "4x4": { title: "no structure, thermal baths", ...dense(4, 4), times },
  "17x2": { title: "a cavity and an atom", ...cavity(17), times },
  "17x2 dense": { title: "no structure, thermal baths", ...dense(17, 2), times },
  "32x32": { title: "populations of two ladders", ...ladders(32), times, large: true },
};
