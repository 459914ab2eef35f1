/**
 * The temperature that a part seems to have: that of the thermal state with the same mean of its bare energy. It is the part's temperature
 * where the part is in a thermal state.
 * @module
 */
import type { Operator } from "lindblad";
import type { States } from "./protocol.ts";

/** Bisections of an inverse temperature: to the last digit. */
const HALVINGS = 60;

/**
 * Inverse temperatures of a part over time; undefined where its levels are not found without solving for eigenvalues: no diagonal matrix, and not
 * two levels. Negative where the upper levels have more than an equal share, infinite in the ground state, NaN where all levels are one.
 * @param H bare Hamiltonian of the part
 * @param stride of the part's index in that of the whole: the dimension of B for part A, 1 for part B
 */
export function betaSeries(H: Operator, states: States, stride: number): Float64Array | undefined {
  const levels = levelsOf(H);
  if (levels === undefined) return undefined;
  const elements: { i: number; j: number; re: number; im: number }[] = [];
  H.forEachNonzero((i, j, re, im) => elements.push({ i, j, re, im }));
  const { size, count, data } = states;
  const d = H.size;
  const others = Array.from({ length: size }, (_, k) => k).filter((k) => Math.floor(k / stride) % d === 0);
  return Float64Array.from({ length: count }, (_, t) => {
    const start = 2 * t * size ** 2;
    let energy = 0;
    for (const { i, j, re, im } of elements) {
      for (const k of others) {
        const at = start + 2 * ((k + j * stride) * size + k + i * stride);
        energy += re * data[at]! - im * data[at + 1]!;
      }
    }
    return betaOf(levels, energy);
  });
}

/** Levels, ascending. */
function levelsOf(H: Operator): number[] | undefined {
  const { re, im } = H.toArrays();
  const isDiagonal = re.every((row, i) => row.every((x, j) => i === j || (x === 0 && im[i]![j] === 0)));
  if (isDiagonal) return re.map((row, i) => row[i]!).sort((a, b) => a - b);
  if (H.size !== 2) return undefined;
  const mean = (re[0]![0]! + re[1]![1]!) / 2;
  const half = Math.hypot((re[0]![0]! - re[1]![1]!) / 2, re[0]![1]!, im[0]![1]!);
  return [mean - half, mean + half];
}

/** The inverse temperature at which levels have a mean energy. */
function betaOf(levels: readonly number[], energy: number): number {
  const [lowest, highest] = [levels[0]!, levels.at(-1)!];
  const width = highest - lowest;
  if (!(width > 0)) return Number.NaN;
  if (levels.length === 2) {
    const share = (energy - lowest) / width;
    return Math.log((1 - share) / share) / width;
  }
  // The mean falls as beta rises. In u = tanh(beta width / 4) the whole line is an interval.
  const mean = (beta: number) => {
    const weights = levels.map((E) => Math.exp(-beta * (E - (beta > 0 ? lowest : highest))));
    const Z = weights.reduce((a, b) => a + b);
    return weights.reduce((sum, weight, k) => sum + weight * levels[k]!, 0) / Z;
  };
  let [low, high] = [-1, 1];
  for (let k = 0; k < HALVINGS; k++) {
    const u = (low + high) / 2;
    if (mean((4 * Math.atanh(u)) / width) > energy) low = u;
    else high = u;
  }
  return (4 * Math.atanh((low + high) / 2)) / width;
}
