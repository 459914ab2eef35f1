/**
 * Two qutrits, V = O_A ⊗ O_B: what their correlation can store. A diagonal correlation is a joint distribution with
 * both marginals thermal, so the capacity is that of an optimal transport: the largest <V> belongs to the distribution
 * that goes up in O_A and O_B together, the smallest to the one that goes up in one and down in the other (Hoeffding
 * 1940, Fréchet 1951).
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { bipartite, Operator, tensor, thermalBath } from "lindblad";
import { figure, linspace } from "./support.mjs";

const diagonal = (values) =>
  Operator.fromTriplets(
    [3],
    values.map((value, k) => [k, k, value, 0]),
  );
const [EA, EB, OA, OB] = [
  [0, 1, 2.3],
  [0, 0.8, 1.9],
  [1, 0.3, -0.9],
  [0.2, -1, 0.5],
];
const [g, betaA, betaB] = [0.3, 0.5, 1.2];
const system = bipartite({
  HA: diagonal(EA),
  HB: diagonal(EB),
  V: tensor(diagonal(OA), diagonal(OB)).scale(g),
  baths: [thermalBath("A", { beta: betaA }), thermalBath("B", { beta: betaB })],
});

/** Values of an observable in a thermal state with their probabilities, in ascending order. */
function distribution(energies, values, beta) {
  const weights = energies.map((energy) => Math.exp(-beta * energy));
  const Z = weights.reduce((sum, weight) => sum + weight);
  return values.map((value, k) => ({ value, p: weights[k] / Z })).sort((x, y) => x.value - y.value);
}
const mean = (outcomes) => outcomes.reduce((sum, { value, p }) => sum + p * value, 0);
/** <xy> - <x><y> when probability is handed out from the first to the last outcome of both. */
function coupled(x, y) {
  let [i, j, u, w, sum] = [0, 0, x[0].p, y[0].p, 0];
  while (i < 3 && j < 3) {
    const p = Math.min(u, w);
    sum += p * x[i].value * y[j].value;
    [u, w] = [u - p, w - p];
    if (u <= w) u = x[++i]?.p;
    else w = y[++j]?.p;
  }
  return sum - mean(x) * mean(y);
}
const [A, B] = [distribution(EA, OA, betaA), distribution(EB, OB, betaB)];
const exact = { max: g * coupled(A, B), min: g * coupled(A, B.toReversed()) };

const storage = system.storage();
const { max, min, gap } = storage.capacity;
console.log(storage.verdict);
console.log(`subspace: ${storage.kernelDimension} -> ${storage.dimension} (reference: 64 -> 40)`);
console.log(`capacity: ${max.toFixed(10)} and ${min.toFixed(10)}, certified to ${gap.toExponential(1)}`);
console.log(`transport: ${exact.max.toFixed(10)} and ${exact.min.toFixed(10)}`);
assert.ok(storage.kernelDimension === 64 && storage.dimension === 40);
for (const [value, bound] of [
  [max, exact.max],
  [-min, -exact.min],
]) {
  assert.ok(bound - value < gap + 1e-12 && bound - value > -1e-12);
}

const { energy } = system.evolve(storage.states.max, [0, 1, 100], { rtol: 1e-10, atol: 1e-12 });
const change = (series) => series.map((value) => value - series[0]);
console.log(
  "t = 0, 1, 100: U_chi",
  change(energy.Uchi)
    .map((x) => x.toFixed(9))
    .join("  "),
);
assert.ok(Math.abs(change(energy.Uchi)[2] + max) < 1e-8, "all of it is given away");
for (const series of [energy.UA, energy.UB]) {
  assert.ok(
    change(series).every((difference) => Math.abs(difference) < 1e-9),
    "the parts stand still",
  );
}

const times = linspace(0, 2, 81);
const given = (state) => {
  const { Uchi } = system.evolve(state, times, { rtol: 1e-10, atol: 1e-12 }).energy;
  return Uchi.map((value) => value - Uchi[0]);
};
figure("qutrit-pair", (document) =>
  curvesFigure(
    {
      x: { name: "time t", values: times },
      curves: [
        { label: "fullest", values: given(storage.states.max), exact: times.map(() => -exact.max) },
        { label: "emptiest", values: given(storage.states.min), exact: times.map(() => -exact.min) },
      ],
      quantity: "change of the energy of correlation, ΔUᵪ",
      formula: "at the end −g cov(x, y), ordered alike or opposite",
    },
    { document, title: "Two qutrits: what their correlation can give away and take up" },
  ),
);
