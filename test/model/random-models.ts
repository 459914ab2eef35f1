/**
 * Random models with parameters, and points of them: everything follows from a seed.
 */
import { type Model, type Points, validateModel } from "../../bindings/model/index.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

type Random = () => number;

const between = (random: Random, low: number, high: number) => low + (high - low) * random();
const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;

/** A Hermitian operator on one part, in the parameters `x` and `y`. */
function hamiltonian(random: Random, dim: number): unknown {
  if (random() < 0.2) return randomHermitian(random, [dim]).toArrays();
  const own = dim === 2 ? ["sigmaz", "sigmax", "sigmay"] : [`num(${dim})`, `(destroy(${dim}) + create(${dim}))`];
  const terms = own.filter((_, k) => k === 0 || random() < 0.4);
  return terms.map((term, k) => `(${pick(random, ["x", "y", "1 + x * y"])} + ${k + 0.3}) * ${term}`).join(" + ");
}

function jump(random: Random, dim: number): unknown {
  const op = dim === 2 ? pick(random, ["sigmam", "sigmap", "sigmaz", "x * sigmam + sigmaz"]) : `destroy(${dim})`;
  return pick<unknown>(random, [
    op,
    { op, rate: "y ** 2" },
    { op: randomOperator(random, [dim], 0.5).toArrays(), rate: 0.2 },
  ]);
}

function bath(random: Random, dim: number): Record<string, unknown> {
  // Of no Hamiltonian every state of equal populations is thermal.
  if (random() < 0.1) return { jumps: [{ op: `num(${dim})`, rate: "y ** 2" }], beta: 0 };
  if (random() < 0.3) return { jumps: [jump(random, dim), jump(random, dim)] };
  return { beta: pick(random, ["exp(y)", 0.7]), rates: pick(random, ["symmetric", "ohmic"]), Gamma: "x ** 2 + 0.1" };
}

function common(random: Random) {
  return {
    version: 1,
    parameters: { x: 0.4, y: 0.2, z: "x - y / 3" },
    times: random() < 0.5 ? { from: 0, to: 2, count: 7 } : [0.1, 0.5, 0.6, 1.7],
    solver: { method: "expm", rtol: 1e-10, atol: 1e-12 },
  };
}

const MEASURES = ["ergotropy", "effectiveBetaB", "coherenceRelativeEntropy", "tracedist", "fidelityProduct"];

/** A model of two parts with random baths. */
export function randomBipartite(seed: number): Model {
  const random = generator(seed);
  const [a, b] = pick(random, [
    [2, 2],
    [2, 3],
    [4, 2],
  ] as const);
  const identity = (dim: number) => `qeye(${dim})`;
  const coupling = (dim: number) => (dim === 2 ? pick(random, ["sigmaz", "sigmax"]) : `num(${dim})`);
  const hopping = `tensor(destroy(${a}), create(${b}))`;
  const global = { name: "both", jumps: [{ op: `tensor(destroy(${a}), destroy(${b}))`, rate: "abs(x)" }] };
  return validateModel({
    kind: "bipartite",
    ...common(random),
    A: { dim: a, hamiltonian: hamiltonian(random, a), ...(random() < 0.9 && { bath: bath(random, a) }) },
    B: {
      dim: b,
      hamiltonian: hamiltonian(random, b),
      bath: bath(random, b),
      ...(random() < 0.2 && { baths: [{ ...bath(random, b), name: "more" }] }),
    },
    V: pick<unknown>(random, [
      `x * tensor(${coupling(a)}, ${coupling(b)})`,
      `z * (${hopping} + dag(${hopping})) + y * tensor(${coupling(a)}, ${identity(b)})`,
      randomHermitian(random, [a, b]).toArrays(),
    ]),
    ...(random() < 0.2 && { globalBaths: [global] }),
    ...(random() < 0.3 && { alphaA: "0.5 + y" }),
    initial: pick<unknown>(random, [
      randomState(random, [a, b]).toArrays(),
      `ket2dm(tensor(cos(x) * basis(${a}) + exp(i * y) * sin(x) * basis(${a}, 1), basis(${b}, 1)))`,
      `tensor(basis(${a}, 1), cos(y) * basis(${b}) + sin(y) * basis(${b}, 1))`,
      `maximallyMixedDm(${a}, ${b}) + y / 20 * tensor(${coupling(a)}, ${coupling(b)} - ${identity(b)} * 0)`,
    ]),
    ...(random() < 0.3 && { measures: [...MEASURES, ...(b === 2 && a === 2 ? ["concurrence"] : [])] }),
    observables: { p: `tensor(ket2dm(basis(${a})), qeye(${b}))`, c: `x * ${hopping}` },
  });
}

/** A model of kind `"lindblad"`. */
export function randomLindblad(seed: number): Model {
  const random = generator(seed);
  const dim = pick(random, [2, 3, 5, 8]);
  return validateModel({
    kind: "lindblad",
    ...common(random),
    dims: [dim],
    hamiltonian: hamiltonian(random, dim),
    jumps: [jump(random, dim), jump(random, dim)],
    initial: pick<unknown>(random, [
      `basis(${dim}, 1)`,
      randomState(random, [dim]).toArrays(),
      `cos(x) * basis(${dim}) + i * sin(x) * basis(${dim}, 1)`,
    ]),
    observables: { n: `num(${dim}) * z`, a: `destroy(${dim})` },
    compare: { n: "exp(-x * t)" },
  });
}

/** Points of such a model. */
export function randomPoints(seed: number, count: number): Points {
  const random = generator(seed);
  const values = () => Float64Array.from({ length: count }, () => between(random, -0.8, 0.8));
  return { count, parameters: { x: values(), y: values() } };
}
