/**
 * Kets in the interaction picture of the diagonal of H: |psi> = exp(-iD(t - t_0))|phi>. What is left of H turns with the differences of
 * energies that it joins; each of those is a pair of coefficients, cos and sin, of terms that depend on time.
 */
import { product, type RealFunction, type Span, sine } from "../coefficients/real.ts";
import { Operator } from "../operators/operator.ts";
import type { DrivenTerm } from "./driven.ts";

export interface TurnedKets {
  /** -iH without what turns. */
  readonly G: Operator;
  readonly terms: readonly DrivenTerm[];
  /** D */
  readonly energies: Float64Array;
}

/** By how much the rates must differ for more terms to pay. */
const ADVANTAGE = 6;
/** Terms at most: each costs a pass over the state. */
const MOST_TERMS = 160;
/** Energies that differ by this share of their spread are one. */
const EQUAL = 1e-13;
/** Times at which the size of a coefficient is looked at. */
const LOOKS = 33;

/** Undefined where it would not pay. */
export function turnKets(G: Operator, terms: readonly DrivenTerm[], span: Span): TurnedKets | undefined {
  const energies = new Float64Array(G.size);
  G.forEachNonzero((row, column, _re, im) => {
    if (row === column) energies[row] = -im;
  });
  const [least, most] = energies.reduce(([a, b], e) => [Math.min(a, e), Math.max(b, e)], [Infinity, -Infinity]);
  const spread = most! - least!;
  if (!(spread > 0)) return undefined;
  const sums = new Map<RealFunction | undefined, Map<number, Turning>>();
  let joined = 0;
  const rest = new Float64Array(G.size);
  const collect = (operator: Operator, coefficient: RealFunction | undefined) => {
    const groups = sums.get(coefficient) ?? new Map<number, Turning>();
    sums.set(coefficient, groups);
    const size = coefficient ? sizeOf(coefficient, span) : 1;
    operator.forEachNonzero((row, column, re, im) => {
      if (coefficient === undefined && row === column) return;
      const difference = energies[row]! - energies[column]!;
      const key = Math.round(Math.abs(difference) / (EQUAL * spread));
      const group = groups.get(key) ?? { frequency: key === 0 ? 0 : Math.abs(difference), cos: [], sin: [] };
      groups.set(key, group);
      group.cos.push([row, column, re, im]);
      // i·sign·(re + i·im)
      const sign = Math.sign(difference);
      if (key !== 0) group.sin.push([row, column, -sign * im, sign * re]);
      joined = Math.max(joined, group.frequency);
      rest[row]! += size * Math.hypot(re, im);
    });
  };
  collect(G, undefined);
  for (const { operator, coefficient } of terms) collect(operator, coefficient);
  const besides = rest.reduce((a, b) => Math.max(a, b));
  if (!(spread / 2 + besides > ADVANTAGE * (joined + besides))) return undefined;
  let still = Operator.fromTriplets(G.dims, []);
  const turned: DrivenTerm[] = [];
  for (const [coefficient, groups] of sums) {
    for (const { frequency, cos, sin } of groups.values()) {
      const operator = Operator.fromTriplets(G.dims, cos);
      const along = (phase: number) => {
        const turning = sine(frequency, phase - frequency * span.from);
        return coefficient ? product(coefficient, turning) : turning;
      };
      if (frequency > 0) {
        turned.push({ coefficient: along(Math.PI / 2), operator });
        turned.push({ coefficient: along(0), operator: Operator.fromTriplets(G.dims, sin) });
      } else if (coefficient) turned.push({ coefficient, operator });
      else still = operator;
    }
  }
  return turned.length > MOST_TERMS ? undefined : { G: still, terms: turned, energies };
}

type Elements = [row: number, column: number, re: number, im: number][];

interface Turning {
  readonly frequency: number;
  readonly cos: Elements;
  readonly sin: Elements;
}

/** The largest of some values. */
function sizeOf(coefficient: RealFunction, { from, to }: Span): number {
  let most = 0;
  for (let k = 0; k < LOOKS; k++)
    most = Math.max(most, Math.abs(coefficient.at(from + (k * (to - from)) / (LOOKS - 1))));
  return most;
}
