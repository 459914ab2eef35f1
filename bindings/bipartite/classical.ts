/**
 * The classical case: populations that know nothing of coherences. Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), closing remark.
 * @module
 */
import type { Operator } from "../operators/operator.ts";
import { adjointDecay } from "./adjoint.ts";

/**
 * Whether populations obey a Pauli master equation p_m' = sum over n of W_mn p_n - W_nm p_m: H is diagonal in the product basis; every jump
 * takes each basis state to a multiple of one basis state (one nonzero a column at most), and does not take two of them to the same one with
 * a phase between them that counts, which is so when the sum of L†L is diagonal; and the state, where one is given, is diagonal.
 */
export interface Classical {
  /** Whether populations alone are followed. */
  readonly applies: boolean;
  /** What is not classical, in words; empty when it applies. */
  readonly reasons: readonly string[];
  /** The rates W, d x d and row-major: W[m·d + n] is the rate from basis state n to m ≠ n, the diagonal 0; undefined when it does not apply. */
  readonly rates: Float64Array | undefined;
  /** The same with minus the rate of leaving n at (n, n): p' = generator·p. */
  readonly generator: Float64Array | undefined;
}

/**
 * See {@link BipartiteSystem.classical}.
 * @param notClassical of H and the jumps
 */
export function classicalOf(
  notClassical: readonly string[],
  jumps: readonly Operator[],
  dims: readonly number[],
  rho?: Operator,
): Classical {
  const state = rho && offDiagonal(rho);
  const reasons = state ? [...notClassical, coherent("the state", state)] : notClassical;
  const applies = reasons.length === 0;
  // Matrices of d x d only where somebody wants them.
  return {
    applies,
    reasons,
    get rates() {
      return applies ? ratesOf(jumps, dims) : undefined;
    },
    get generator() {
      return applies ? withLosses(ratesOf(jumps, dims)) : undefined;
    },
  };
}

/**
 * What of H and the jumps is not classical, in words.
 * @param parts of H: those of A, of B, the interaction, and each with a coefficient of its own
 */
export function notClassical(
  parts: readonly { readonly name: string; readonly operator: Operator }[],
  jumps: readonly Operator[],
  dims: readonly number[],
): string[] {
  const reasons: string[] = [];
  for (const { name, operator } of parts) {
    const place = offDiagonal(operator);
    if (place) reasons.push(coherent(name, place));
  }
  const spread = jumps.findIndex((L) => mostInColumn(L) > 1);
  if (spread >= 0) reasons.push(`jump ${spread} takes a basis state to a superposition`);
  else {
    const decay = offDiagonal(adjointDecay(jumps, dims));
    if (decay)
      reasons.push(
        `jumps take basis states ${decay[0]} and ${decay[1]} to the same one, which couples them: the sum of L†L is not diagonal`,
      );
  }
  return reasons;
}

function coherent(what: string, [row, column]: readonly [number, number]): string {
  return `${what} is not diagonal in the product basis: its element (${row}, ${column}) is not 0`;
}

/** An element off the diagonal that is not 0. */
export function offDiagonal(X: Operator): readonly [number, number] | undefined {
  let found: readonly [number, number] | undefined;
  X.forEachNonzero((row, column) => {
    if (row !== column) found ??= [row, column];
  });
  return found;
}

function mostInColumn(L: Operator): number {
  const counts = new Uint32Array(L.size);
  L.forEachNonzero((_row, column) => {
    counts[column]!++;
  });
  return counts.reduce((a, b) => Math.max(a, b), 0);
}

function ratesOf(jumps: readonly Operator[], dims: readonly number[]): Float64Array {
  const d = dims.reduce((a, b) => a * b, 1);
  const rates = new Float64Array(d * d);
  for (const L of jumps) {
    L.forEachNonzero((row, column, re, im) => {
      // What stays where it is only dephases.
      if (row !== column) rates[row * d + column]! += re * re + im * im;
    });
  }
  return rates;
}

/** Columns then add up to 0. */
function withLosses(rates: Float64Array): Float64Array {
  const d = Math.sqrt(rates.length);
  for (let n = 0; n < d; n++) {
    let loss = 0;
    for (let m = 0; m < d; m++) loss += rates[m * d + n]!;
    rates[n * d + n] = -loss;
  }
  return rates;
}
