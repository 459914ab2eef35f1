/**
 * Global (Davies) dissipators: jumps between eigenstates of the whole H, one for each Bohr frequency of a coupling.
 * Breuer, Petruccione, The Theory of Open Quantum Systems (2002), 3.3.
 * @module
 */
import { DetailedBalanceError } from "../errors.ts";
import { eigenHermitian } from "../kernel/dense.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { degeneracyOf, outer } from "./gibbs.ts";
import { BALANCE_TOLERANCE, balanceDefect, checkRate, type NamedRates, namedRate } from "./rates.ts";

/**
 * The rate of the jumps that change the energy of the whole system.
 * @param energy E_after - E_before: negative for jumps down
 */
export type EnergyRateFunction = (energy: number) => number;

/** What the jumps of a Davies dissipator are made of. */
export interface DaviesRates {
  readonly beta: number;
  readonly rates: NamedRates | EnergyRateFunction;
  readonly Gamma: number;
}

/** Elements <E|A|E'> of one change of energy. */
interface Transition {
  readonly energy: number;
  readonly from: number;
  readonly to: number;
}

/**
 * sqrt(gamma(E)) A(E), A(E) = sum over E_m - E_n = E of |m><m|A|n><n|, for every change of energy E of every coupling A; and what a user
 * should know about them.
 * @throws {@link InvalidArgumentError}, {@link DetailedBalanceError}
 */
export function daviesJumps(
  H: HermitianOperator,
  couplings: readonly HermitianOperator[],
  { beta, rates, Gamma }: DaviesRates,
  where: string,
): { jumps: Operator[]; warnings: string[] } {
  const { values: E, vectors } = eigenHermitian(H);
  const named = typeof rates === "function" ? undefined : namedRate(rates, beta, Gamma);
  const rate = named ?? ((energy: number) => Gamma * (rates as EnergyRateFunction)(energy));
  const groups = groupsOf(E);
  const gammas = groups.map(([first]) => rate(first!.energy));
  const changes = groups.map(([first]) => first!.energy);
  changes.forEach((energy, g) => {
    checkRate(gammas[g]!, `${where}: rate of the change of energy ${energy}`);
  });
  if (!named) checkBalance(groups, gammas, beta, where);
  const used = new Set<number>();
  const jumps = couplings.flatMap((coupling) => {
    const basis = Operator.dense(
      [H.size],
      vectors.flatMap((vector) => [...vector]),
    ).trans();
    const elements = basis
      .dag()
      .mul(withDims(coupling, [H.size]))
      .mul(basis);
    // What rounding leaves where the coupling has nothing.
    const least = H.size * Number.EPSILON * coupling.norm();
    return groups.flatMap((group, g) => {
      const root = Math.sqrt(gammas[g]!);
      const terms = group.flatMap(({ from, to }) => {
        const { re, im } = elements.get(to, from);
        if (Math.hypot(re, im) <= least) return [];
        return [outer(H.dims, vectors[to]!, vectors[from]!).scale({ re: root * re, im: root * im })];
      });
      if (terms.length === 0 || root === 0) return [];
      used.add(g);
      return [terms.reduce((sum, term) => sum.add(term))];
    });
  });
  const fastest = jumps.reduce((most, L) => Math.max(most, L.norm() ** 2), 0);
  return {
    jumps,
    warnings: nearWarnings(
      [...used].map((g) => changes[g]!),
      fastest,
      where,
    ),
  };
}

function withDims(operator: Operator, dims: readonly number[]): Operator {
  return Operator.dense(dims, operator.toDense());
}

/** Transitions by their change of energy; those of a group differ by rounding, and have the same energy, opposite ones exactly opposite. */
function groupsOf(E: Float64Array): Transition[][] {
  const tolerance = degeneracyOf(E);
  const up = Array.from(E, (high, m) => Array.from(E, (low, n) => ({ energy: high - low, from: n, to: m }))).flat();
  const sorted = up.filter(({ from, to }) => from <= to).sort((a, b) => a.energy - b.energy);
  const groups: Transition[][] = [[]];
  for (const transition of sorted) {
    const last = groups.at(-1)!;
    const previous = last.at(-1)?.energy ?? 0;
    if (transition.energy - previous <= tolerance) last.push(transition);
    else groups.push([transition]);
  }
  const back = ({ energy, from, to }: Transition) => ({ energy: -energy, from: to, to: from });
  return groups.flatMap((group, k) => {
    // No change of energy: in both directions at once.
    if (k === 0)
      return [
        group
          .flatMap((one) => (one.from === one.to ? [one] : [one, back(one)]))
          .map((transition) => ({ ...transition, energy: 0 })),
      ];
    const energy = group.reduce((sum, one) => sum + one.energy, 0) / group.length;
    const same = group.map((transition) => ({ ...transition, energy }));
    return [same, same.map(back)];
  });
}

/** @throws {@link DetailedBalanceError} */
function checkBalance(groups: readonly Transition[][], gammas: readonly number[], beta: number, where: string): void {
  const at = new Map(groups.map(([first], g) => [first!.energy, gammas[g]!]));
  let worst = 0;
  let which: Transition | undefined;
  for (const [first] of groups) {
    const { energy } = first!;
    const defect = energy > 0 ? balanceDefect(at.get(energy)!, at.get(-energy)!, beta, energy) : 0;
    if (defect > worst) [worst, which] = [defect, first];
  }
  if (worst <= BALANCE_TOLERANCE || which === undefined) return;
  const { energy, from, to } = which;
  throw new DetailedBalanceError(where, [to, from], at.get(energy)! / at.get(-energy)!, Math.exp(-beta * energy));
}

/** The secular approximation wants Bohr frequencies that are equal, or differ by more than the rates. */
function nearWarnings(changes: readonly number[], fastest: number, where: string): string[] {
  const sorted = [...changes].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((energy, k) => energy - sorted[k]!);
  const least = gaps.reduce((a, b) => Math.min(a, b), Infinity);
  if (least > fastest) return [];
  return [
    `${where}: changes of energy differ by as little as ${least.toPrecision(3)}, less than the rate ${fastest.toPrecision(3)} of a jump: a Davies dissipator, which holds them apart, is no good approximation there`,
  ];
}
