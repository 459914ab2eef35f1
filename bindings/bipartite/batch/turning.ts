/**
 * How fast flows of many systems turn, which sets their panels.
 * @module
 */
import type { OperatorBatch } from "../../batch/operators.ts";
import { coherentGroups, type Pattern } from "../turning.ts";

/** Classes of rates to a factor of 2. */
const CLASSES = 2;

/**
 * What {@link turningRate} guesses of each system, the levels that are coherent being those of all together; rounded up to one of few values, so
 * that a system has the panels that it has, whichever others it is with.
 */
export function turningRates(H: OperatorBatch, jumps: readonly OperatorBatch[], rho: OperatorBatch): Float64Array {
  const { size, count } = H;
  const levels = Array.from({ length: size }, (_, i) => i);
  const groups = coherentGroups([H, rho].map(patternOf), jumps.map(patternOf));
  const sizes = levels.map((i) => groups.filter((group) => group === i).length);
  const perLevel = () => levels.map(() => new Float64Array(count));
  const [couplings, diagonal, means, decays] = [perLevel(), perLevel(), perLevel(), perLevel()];
  H.rows.forEach((row, e) => {
    const isDiagonal = row === H.columns[e];
    for (let k = 0, at = e * count; k < count; k++, at++) {
      if (isDiagonal) diagonal[row]![k] = H.re[at]!;
      else couplings[row]![k]! += Math.hypot(H.re[at]!, H.im[at]!);
    }
  });
  for (const { columns, re, im } of jumps) {
    columns.forEach((column, e) => {
      for (let k = 0, at = e * count; k < count; k++, at++) decays[column]![k]! += re[at]! ** 2 + im[at]! ** 2;
    });
  }
  for (const i of levels)
    for (let k = 0; k < count; k++) means[groups[i]!]![k]! += diagonal[i]![k]! / sizes[groups[i]!]!;
  return Float64Array.from({ length: count }, (_, k) => {
    const largest = levels.reduce(
      (a, i) => Math.max(a, couplings[i]![k]! + Math.abs(diagonal[i]![k]! - means[groups[i]!]![k]!)),
      0,
    );
    const rate = 2 * largest + decays.reduce((a, decay) => Math.max(a, decay[k]!), 0);
    return rate === 0 ? 0 : 2 ** (Math.ceil(CLASSES * Math.log2(rate)) / CLASSES);
  });
}

const patternOf = ({ size, rows, columns }: OperatorBatch): Pattern => ({
  size,
  forEachNonzero: (visit) => {
    rows.forEach((row, e) => {
      visit(row, columns[e]!);
    });
  },
});
