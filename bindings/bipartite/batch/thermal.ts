/**
 * Thermal states and thermal baths of many systems: Hermitian eigenproblems of a part, one a system.
 * @module
 */

import { add, dag, mul, outer, scale, squaredNorm } from "../../batch/algebra.ts";
import { KetBatch, ketsOf, NumberBatch, type OperatorBatch, operatorAt, sameKets } from "../../batch/operators.ts";
import { eigenHermitian } from "../../kernel/dense.ts";
import { Ket } from "../../operators/ket.ts";
import { STATIONARY_TOLERANCE } from "../baths.ts";
import { degeneracyOf, weightsOf } from "../gibbs.ts";
import { type NamedRates, namedRate } from "../rates.ts";

/** Levels of H and their eigenvectors. Where H is diagonal in all systems they are in the order of the basis, otherwise increasing. */
export interface Levels {
  readonly count: number;
  /** Of level m, one a system. */
  readonly energies: readonly Float64Array[];
  readonly vectors: readonly KetBatch[];
  /** Systems whose levels are degenerate, where H is not diagonal: their eigenvectors are a choice. */
  readonly degenerate: readonly number[];
}

/** @param skip systems that are not looked at: their levels may be anything */
export function levelsOf(H: OperatorBatch, skip: Uint8Array): Levels {
  if (H.rows.every((row, e) => row === H.columns[e])) return diagonalLevels(H);
  return H.size === 2 ? twoLevels(H) : manyLevels(H, skip);
}

function diagonalLevels({ dims, size, count, rows, re }: OperatorBatch): Levels {
  const levels = Array.from({ length: size }, (_, m) => m);
  return {
    count,
    energies: levels.map((m) => {
      const e = rows.indexOf(m);
      return e < 0 ? new Float64Array(count) : re.slice(e * count, (e + 1) * count);
    }),
    vectors: levels.map((m) =>
      sameKets(
        new Ket(
          dims,
          Float64Array.from({ length: 2 * size }, (_, n) => (n === 2 * m ? 1 : 0)),
        ),
        count,
      ),
    ),
    degenerate: [],
  };
}

/** H = mean + [[a, b], [b*, -a]], whose eigenvalues are mean ± r, r² = a² + |b|². */
function twoLevels(H: OperatorBatch): Levels {
  const { dims, count } = H;
  const element = (row: number, column: number, of: Float64Array) => {
    const e = H.rows.findIndex((r, k) => r === row && H.columns[k] === column);
    return e < 0 ? new Float64Array(count) : of.subarray(e * count, (e + 1) * count);
  };
  const [p, q] = [element(0, 0, H.re), element(1, 1, H.re)];
  const [x, y] = [element(0, 1, H.re), element(0, 1, H.im)];
  const energies = [new Float64Array(count), new Float64Array(count)] as const;
  const pattern = { count, rows: Int32Array.of(0, 1), columns: Int32Array.of(0, 0) };
  const [low, high] = [0, 0].map(
    () => new KetBatch(dims, { ...pattern, re: new Float64Array(2 * count), im: new Float64Array(2 * count) }),
  ) as [KetBatch, KetBatch];
  const degenerate: number[] = [];
  for (let k = 0; k < count; k++) {
    const [mean, a] = [0.5 * (p[k]! + q[k]!), 0.5 * (p[k]! - q[k]!)];
    const r = Math.hypot(a, x[k]!, y[k]!);
    energies[0][k] = mean - r;
    energies[1][k] = mean + r;
    if (2 * r <= degeneracyOf(Float64Array.of(mean - r, mean + r))) degenerate.push(k);
    // Without cancellation: (a + r, b*), or (b, r - a), of equal length each.
    const norm = Math.sqrt(2 * r * (r + Math.abs(a)));
    const [u, v, w] = a >= 0 ? [(a + r) / norm, 0, -y[k]! / norm] : [x[k]! / norm, y[k]! / norm, 0];
    const s = a >= 0 ? x[k]! / norm : (r - a) / norm;
    // |high> = (u + iv, s + iw), |low> = (-(s - iw), u - iv)
    high.re[k] = u;
    high.im[k] = v;
    high.re[count + k] = s;
    high.im[count + k] = w;
    low.re[k] = -s;
    low.im[k] = w;
    low.re[count + k] = u;
    low.im[count + k] = -v;
  }
  return { count, energies, vectors: [low, high], degenerate };
}

function manyLevels(H: OperatorBatch, skip: Uint8Array): Levels {
  const { dims, size, count } = H;
  const energies = Array.from({ length: size }, () => new Float64Array(count));
  const nothing = new Ket(dims, new Float64Array(2 * size));
  const vectors = energies.map(() => new Array<Ket>(count).fill(nothing));
  const degenerate: number[] = [];
  for (let k = 0; k < count; k++) {
    if (skip[k]) continue;
    const system = eigenHermitian(operatorAt(H, k));
    const least = degeneracyOf(system.values);
    system.values.forEach((E, m) => {
      energies[m]![k] = E;
      vectors[m]![k] = new Ket(dims, system.vectors[m]!);
    });
    if (system.values.some((E, m) => m > 0 && E - system.values[m - 1]! <= least)) degenerate.push(k);
  }
  return { count, energies, vectors: vectors.map(ketsOf), degenerate };
}

/** exp(-beta H)/Z. @param beta one a system */
export function thermalStates({ count, energies, vectors }: Levels, beta: Float64Array): OperatorBatch {
  const weights = energies.map(() => new Float64Array(count));
  const order = energies.map((_, m) => m);
  for (let k = 0; k < count; k++) {
    order.sort((m, n) => energies[m]![k]! - energies[n]![k]!);
    const sorted = weightsOf(
      Float64Array.from(order, (m) => energies[m]![k]!),
      beta[k]!,
    );
    const Z = sorted.reduce((a, b) => a + b);
    order.forEach((m, at) => {
      weights[m]![k] = sorted[at]! / Z;
    });
  }
  return vectors
    .map((vector, m) => scale(outer(vector, vector), new NumberBatch(count, weights[m]!)))
    .reduce((sum, term) => add(sum, term));
}

/** The jumps sqrt(gamma_mn) |m><n| of a thermal bath, and the systems in which a rate is no finite number. @param beta, Gamma one a system */
export function thermalJumps(
  { count, energies, vectors }: Levels,
  { beta, Gamma, rates }: { beta: Float64Array; Gamma: Float64Array; rates: NamedRates },
): { jumps: OperatorBatch[]; failed: number[] } {
  const rateAt = Array.from({ length: count }, (_, k) => namedRate(rates, beta[k]!, Gamma[k]!));
  const failed = new Set<number>();
  const jumps = vectors.flatMap((to, m) =>
    vectors.flatMap((from, n) => {
      if (m === n) return [];
      const roots = Float64Array.from(rateAt, (rate, k) => {
        const gamma = rate(energies[m]![k]! - energies[n]![k]!);
        if (!(gamma >= 0 && gamma < Infinity)) failed.add(k);
        return Math.sqrt(gamma);
      });
      const jump = scale(outer(to, from), new NumberBatch(count, roots));
      return jump.rows.length === 0 ? [] : [jump];
    }),
  );
  return { jumps, failed: [...failed] };
}

/** Of each system, whether exp(-beta H)/Z is steady under jumps, as {@link customBath} demands. */
export function areThermal(levels: Levels, jumps: readonly OperatorBatch[], beta: Float64Array): boolean[] {
  const steady = thermalStates(levels, beta);
  const change = jumps.reduce(
    (sum, L) => {
      const dagger = dag(L);
      const decay = scale(mul(dagger, L), -0.5);
      return add(sum, add(mul(mul(L, steady), dagger), add(mul(decay, steady), mul(steady, decay))));
    },
    scale(steady, 0),
  );
  const strengths = jumps.map(squaredNorm);
  const size = squaredNorm(steady).map(Math.sqrt);
  return Array.from(squaredNorm(change).map(Math.sqrt), (norm, k) => {
    const strength = strengths.reduce((sum, values) => sum + values[k]!, 0) * size[k]!;
    return norm <= STATIONARY_TOLERANCE * strength;
  });
}
