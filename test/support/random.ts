/**
 * Random operators and states for tests: everything follows from a seed.
 */
import { Operator } from "../../bindings/index.ts";

/** mulberry32: small, seeded, good enough to fill matrices. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** d x d with entries uniform in the square [-1, 1] + i[-1, 1]; `density` of them are not zero. */
export function randomOperator(random: () => number, dims: readonly number[], density = 1): Operator {
  const d = dims.reduce((a, b) => a * b, 1);
  const data = new Float64Array(2 * d * d);
  for (let k = 0; k < d * d; k++) {
    if (random() >= density) continue;
    data[2 * k] = 2 * random() - 1;
    data[2 * k + 1] = 2 * random() - 1;
  }
  return Operator.dense(dims, data);
}

export function randomHermitian(random: () => number, dims: readonly number[], density = 1): Operator {
  const a = randomOperator(random, dims, density);
  return a.add(a.dag()).scale(0.5);
}

/** A density matrix of full rank. */
export function randomState(random: () => number, dims: readonly number[]): Operator {
  const a = randomOperator(random, dims);
  const positive = a.mul(a.dag());
  return positive.scale(1 / positive.tr().re);
}

/** Largest |A_ij - B_ij|. */
export function maxDifference(a: Operator, b: Operator): number {
  return a.sub(b).maxAbs();
}
