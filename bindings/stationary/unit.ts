/**
 * A unit of rates in which a generator is near 1, so that no product of its elements over- or underflows.
 * @module
 */
import type { HermitianOperator, Operator } from "../operators/operator.ts";

/** Half the largest exponent of two. */
const MOST = 511;

/** H / unit and jumps / sqrt(unit); the unit is a power of four, so that nothing is rounded. */
export function inUnit(
  H: HermitianOperator,
  jumps: readonly Operator[],
): { H: HermitianOperator; jumps: readonly Operator[]; unit: number } {
  const exponent = jumps.reduce((most, L) => Math.max(most, 2 * Math.log2(L.maxAbs())), Math.log2(H.maxAbs()));
  const half = Number.isFinite(exponent) ? Math.max(-MOST, Math.min(MOST, Math.round(exponent / 2))) : 0;
  return { H: H.scale(2 ** (-2 * half)), jumps: jumps.map((L) => L.scale(2 ** -half)), unit: 2 ** (2 * half) };
}
