/**
 * Random operators and states for tests: everything follows from a seed.
 */
import { Ket, ket2dm, Operator, tensor } from "../../bindings/index.ts";
import { eigenHermitian } from "../../bindings/kernel/dense.ts";

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

/** A density matrix of no more than some rank. */
export function randomStateOfRank(random: () => number, dims: readonly number[], rank: number): Operator {
  const a = randomOperator(random, dims);
  const d = a.size;
  const cut = Operator.dense(
    dims,
    a.toDense().map((x, k) => ((k >> 1) % d < rank ? x : 0)),
  );
  const positive = cut.mul(cut.dag());
  return positive.scale(1 / positive.tr().re);
}

/** A unit vector. */
export function randomKet(random: () => number, dims: readonly number[]): Ket {
  const d = dims.reduce((a, b) => a * b, 1);
  return new Ket(
    dims,
    Array.from({ length: 2 * d }, () => 2 * random() - 1),
  ).unit();
}

/** A random unitary: eigenvectors of a random Hermitian matrix. */
export function randomUnitary(random: () => number, dims: readonly number[]): Operator {
  const { vectors } = eigenHermitian(randomHermitian(random, dims));
  return Operator.dense(
    dims,
    vectors.flatMap((v) => Array.from(v)),
  );
}

/** One on each part. */
export function randomLocalUnitary(random: () => number, dims: readonly number[]): Operator {
  return tensor(...dims.map((dim) => randomUnitary(random, [dim])));
}

/** U rho U† */
export function conjugated(U: Operator, rho: Operator): Operator {
  return U.mul(rho).mul(U.dag());
}

/** Kraus operators of a random channel: columns of a random isometry. */
export function randomKraus(random: () => number, d: number, count: number): Operator[] {
  const data = randomUnitary(random, [count, d]).toDense();
  const width = 2 * count * d;
  return Array.from({ length: count }, (_, k) =>
    Operator.dense(
      d,
      Array.from({ length: d }, (_, i) => {
        const from = (k * d + i) * width;
        return Array.from(data.subarray(from, from + 2 * d));
      }).flat(),
    ),
  );
}

/** exp(-i t H) */
export function evolution(H: Operator, t: number): Operator {
  const { values, vectors } = eigenHermitian(H);
  return Array.from(values, (E, k) =>
    ket2dm(new Ket(H.dims, vectors[k]!)).scale({ re: Math.cos(E * t), im: -Math.sin(E * t) }),
  ).reduce((a, b) => a.add(b));
}

/** sum K rho K† */
export function throughKraus(kraus: readonly Operator[], rho: Operator): Operator {
  return kraus.map((K) => K.mul(rho).mul(K.dag())).reduce((a, b) => a.add(b));
}

/** Largest |A_ij - B_ij|. */
export function maxDifference(a: Operator, b: Operator): number {
  return a.sub(b).maxAbs();
}
