/**
 * Right and left eigenvectors that belong together.
 * @module
 */
import { type Complex, divided } from "../operators/complex.ts";
import { dot } from "../operators/vectors.ts";
import type { Eigenpair } from "./eigenvectors.ts";

/** Of ‖L‖: what eigenvalues that are one may differ by. */
export const CLUSTER = 1e-11;
/** What is left of an overlap of unit vectors where there is none. */
const ORTHOGONAL = 1e-8;

/** An eigenvalue with its right and left vector. */
export interface Mode {
  readonly value: Complex;
  /** Unit length. */
  readonly right: Float64Array;
  /** leftᵀ right = 1 */
  readonly left: Float64Array;
  readonly condition: number;
}

/** Left vectors scaled to leftᵀ right = 1; those of one eigenvalue are combined until they are biorthogonal to the right ones. */
export function paired(pairs: readonly Eigenpair[], scale: number): Mode[] {
  const sorted = pairs.slice().sort((a, b) => a.value.re - b.value.re || a.value.im - b.value.im);
  const modes: Mode[] = [];
  const used = new Uint8Array(sorted.length);
  sorted.forEach((pair, k) => {
    if (used[k] === 1) return;
    const cluster: Eigenpair[] = [];
    for (let j = k; j < sorted.length && sorted[j]!.value.re - pair.value.re <= CLUSTER * scale; j++) {
      if (used[j] === 1 || Math.abs(sorted[j]!.value.im - pair.value.im) > CLUSTER * scale) continue;
      used[j] = 1;
      cluster.push(sorted[j]!);
    }
    const lefts =
      (cluster.length > 1 && biorthogonal(cluster)) ||
      cluster.map(({ left, right }) => scaledBy(left, product(left, right)));
    cluster.forEach(({ value, right }, j) => {
      const left = lefts[j]!;
      modes.push({ value, right, left, condition: Math.sqrt(dot(left, left)) });
    });
  });
  return modes;
}

/** Combinations l of the left vectors with l_jᵀ r_k = 1 if j = k, else 0; undefined where there are none, at an exceptional point. */
function biorthogonal(cluster: readonly Eigenpair[]): Float64Array[] | undefined {
  const m = cluster.length;
  // Gauss-Jordan on [Lᵀ R | L].
  const rows = cluster.map(({ left }): { overlaps: Complex[]; left: Float64Array } => ({
    overlaps: cluster.map(({ right }) => product(left, right)),
    left,
  }));
  for (let k = 0; k < m; k++) {
    const size = (j: number) => Math.hypot(rows[j]!.overlaps[k]!.re, rows[j]!.overlaps[k]!.im);
    let best = k;
    for (let j = k + 1; j < m; j++) if (size(j) > size(best)) best = j;
    if (!(size(best) > ORTHOGONAL)) return undefined;
    [rows[k], rows[best]] = [rows[best]!, rows[k]!];
    const pivot = rows[k]!;
    const by = pivot.overlaps[k]!;
    pivot.left = scaledBy(pivot.left, by);
    pivot.overlaps = pivot.overlaps.map((x) => divided(x, by));
    rows.forEach((row, j) => {
      if (j === k) return;
      const factor = row.overlaps[k]!;
      row.left = row.left.slice();
      for (let i = 0; i < row.left.length; i += 2) {
        const [x, y] = [pivot.left[i]!, pivot.left[i + 1]!];
        row.left[i]! -= factor.re * x - factor.im * y;
        row.left[i + 1]! -= factor.re * y + factor.im * x;
      }
      row.overlaps = row.overlaps.map((x, i) => {
        const { re, im } = pivot.overlaps[i]!;
        return { re: x.re - factor.re * re + factor.im * im, im: x.im - factor.re * im - factor.im * re };
      });
    });
  }
  return rows.map((row) => row.left);
}

/** aᵀ b */
function product(a: Float64Array, b: Float64Array): Complex {
  let [re, im] = [0, 0];
  for (let k = 0; k < a.length; k += 2) {
    re += a[k]! * b[k]! - a[k + 1]! * b[k + 1]!;
    im += a[k]! * b[k + 1]! + a[k + 1]! * b[k]!;
  }
  return { re, im };
}

/** x / z */
function scaledBy(x: Float64Array, { re, im }: Complex): Float64Array {
  const square = re * re + im * im;
  const out = new Float64Array(x.length);
  for (let k = 0; k < x.length; k += 2) {
    out[k] = (x[k]! * re + x[k + 1]! * im) / square;
    out[k + 1] = (x[k + 1]! * re - x[k]! * im) / square;
  }
  return out;
}
