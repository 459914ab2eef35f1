/**
 * How fast flows of many systems turn, which sets their panels.
 * @module
 */
import type { OperatorBatch } from "../../batch/operators.ts";
import { coherentGroups, type Pattern } from "../turning.ts";

/** Classes of rates to a factor of 2. */
const CLASSES = 2;

/** What {@link turningRate} guesses of each system, rounded up to one of few values: systems of a class have the same panels. */
export function turningRates(H: OperatorBatch, jumps: readonly OperatorBatch[], rho: OperatorBatch): Float64Array {
  return fastestRates(H, jumps, rho).map((rate) =>
    rate === 0 ? 0 : 2 ** (Math.ceil(CLASSES * Math.log2(rate)) / CLASSES),
  );
}

/** What {@link turningRate} guesses of each system. */
export function fastestRates(H: OperatorBatch, jumps: readonly OperatorBatch[], rho: OperatorBatch): Float64Array {
  const { size, count } = H;
  const per = () => new Float64Array(size * count);
  const [couplings, diagonal, decays] = [per(), per(), per()];
  H.rows.forEach((row, e) => {
    const isDiagonal = row === H.columns[e];
    for (let k = 0, at = e * count, to = row * count; k < count; k++, at++, to++) {
      if (isDiagonal) diagonal[to] = H.re[at]!;
      else couplings[to]! += Math.hypot(H.re[at]!, H.im[at]!);
    }
  });
  for (const { columns, re, im } of jumps) {
    columns.forEach((column, e) => {
      for (let k = 0, at = e * count, to = column * count; k < count; k++, at++, to++)
        decays[to]! += re[at]! ** 2 + im[at]! ** 2;
    });
  }
  const partial = systemsWithZeros([H, rho, ...jumps]);
  const groupsOf = (visited: number | undefined) =>
    coherentGroups(
      [H, rho].map((operators) => patternOf(operators, visited)),
      jumps.map((operators) => patternOf(operators, visited)),
    );
  const common = partial.includes(0) ? groupsOf(undefined) : undefined;
  const [sums, sizes] = [new Float64Array(size), new Float64Array(size)];
  return Float64Array.from({ length: count }, (_, k) => {
    const groups = partial[k] === 1 ? groupsOf(k) : common!;
    sums.fill(0);
    sizes.fill(0);
    for (let i = 0; i < size; i++) {
      sums[groups[i]!]! += diagonal[i * count + k]!;
      sizes[groups[i]!]!++;
    }
    let [largest, decay] = [0, 0];
    for (let i = 0, at = k; i < size; i++, at += count) {
      const mean = sums[groups[i]!]! / sizes[groups[i]!]!;
      largest = Math.max(largest, couplings[at]! + Math.abs(diagonal[at]! - mean));
      decay = Math.max(decay, decays[at]!);
    }
    return 2 * largest + decay;
  });
}

/** 1 for systems that do not have all elements of the patterns. */
function systemsWithZeros(all: readonly OperatorBatch[]): Uint8Array {
  const { count } = all[0]!;
  const out = new Uint8Array(count);
  for (const { re, im } of all) {
    for (let from = 0; from < re.length; from += count)
      for (let k = 0; k < count; k++) if (re[from + k] === 0 && im[from + k] === 0) out[k] = 1;
  }
  return out;
}

/** Where system k has elements that are not zero; default where any has. */
const patternOf = ({ size, count, rows, columns, re, im }: OperatorBatch, k: number | undefined): Pattern => ({
  size,
  forEachNonzero: (visit) => {
    rows.forEach((row, e) => {
      const at = e * count + (k ?? 0);
      if (k === undefined || re[at] !== 0 || im[at] !== 0) visit(row, columns[e]!);
    });
  },
});
