/**
 * Rates of thermal jumps: the named functions, and detailed balance of those that a user gives.
 * @module
 */
import { DetailedBalanceError, InvalidArgumentError } from "../errors.ts";
import { degeneracyOf } from "./gibbs.ts";

/**
 * The rate of the jump |m><n| from level n to level m of the part's bare Hamiltonian, levels in order of increasing energy.
 * @param energy E_m - E_n
 */
export type RateFunction = (m: number, n: number, energy: number) => number;

/** Rates by name: gamma = Gamma exp(-beta E/2), or Gamma w (n(w) + 1) down and Gamma w n(w) up. */
export type NamedRates = "symmetric" | "ohmic";

/** Largest |ln(gamma_mn / gamma_nm) + beta (E_m - E_n)| accepted from user-supplied rates. */
export const BALANCE_TOLERANCE = 1e-9;

/** What every thermal bath is asked. @throws {@link InvalidArgumentError} */
export function checkThermal(
  { beta, rates, Gamma }: { beta: number; rates: unknown; Gamma: number },
  where: string,
): void {
  if (rates !== "symmetric" && rates !== "ohmic" && typeof rates !== "function") {
    throw new InvalidArgumentError(`${where}: rates`, rates, '"symmetric", "ohmic" or a function of two levels');
  }
  checkBeta(beta, where);
  if (rates === "ohmic" && beta === 0) {
    throw new InvalidArgumentError(`${where}: beta`, beta, 'a number > 0 with rates "ohmic", which diverge at 0');
  }
  if (rates === "symmetric" && beta === Infinity) {
    throw new InvalidArgumentError(
      `${where}: rates`,
      rates,
      '"ohmic" or a function at zero temperature, where "symmetric" rates of jumps down diverge',
    );
  }
  if (!Number.isFinite(Gamma) || Gamma < 0) {
    throw new InvalidArgumentError(`${where}: Gamma`, Gamma, "a finite number >= 0");
  }
}

/** @throws {@link InvalidArgumentError} */
export function checkBeta(beta: number, where: string): void {
  if (typeof beta !== "number" || !(beta >= 0)) {
    throw new InvalidArgumentError(`${where}: beta`, beta, "a number >= 0, or Infinity for zero temperature");
  }
}

/** The rate of a jump that changes the system's energy. */
export function namedRate(rates: NamedRates, beta: number, Gamma: number): (energy: number) => number {
  if (rates === "symmetric") return (energy) => Gamma * Math.exp((-beta * energy) / 2);
  return (energy) => {
    const w = Math.abs(energy);
    // w n(w) -> 1/beta as w -> 0
    const up = w === 0 ? 1 / beta : w / Math.expm1(beta * w);
    return Gamma * (energy > 0 ? up : up + w);
  };
}

/** gamma_mn between levels E (increasing), 0 for m = n. @throws {@link InvalidArgumentError}, {@link DetailedBalanceError} */
export function ratesBetween(
  E: Float64Array,
  { beta, rates, Gamma }: { beta: number; rates: NamedRates | RateFunction; Gamma: number },
  where: string,
): number[][] {
  const named = typeof rates === "function" ? undefined : namedRate(rates, beta, Gamma);
  const rate: RateFunction = named
    ? (_m, _n, energy) => named(energy)
    : (m, n, energy) => Gamma * (rates as RateFunction)(m, n, energy);
  const gamma = Array.from(E, (_, m) => Array.from(E, (_, n) => (m === n ? 0 : rate(m, n, E[m]! - E[n]!))));
  gamma.forEach((row, m) => {
    row.forEach((value, n) => {
      checkRate(value, `${where}: rate from level ${n} to level ${m}`);
    });
  });
  if (!named) checkDetailedBalance(gamma, E, beta, where);
  return gamma;
}

/** @throws {@link InvalidArgumentError} */
export function checkRate(value: number, where: string): void {
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError(where, value, "a finite number >= 0");
}

/** |ln(up / down) + beta·energy|, 0 where both rates are 0 or the smaller one is too small for a number. @param energy >= 0 */
export function balanceDefect(up: number, down: number, beta: number, energy: number): number {
  if (up === 0 && down * Math.exp(-beta * energy) === 0) return 0;
  return Math.abs(Math.log(up) - Math.log(down) + beta * energy);
}

function checkDetailedBalance(gamma: number[][], E: Float64Array, beta: number, where: string): void {
  const degenerate = degeneracyOf(E);
  // Degenerate levels have equal weights even at zero temperature.
  const gap = (m: number, n: number) => (E[m]! - E[n]! <= degenerate && beta === Infinity ? 0 : E[m]! - E[n]!);
  const weight = (m: number, n: number) => (gap(m, n) === 0 ? 0 : beta);
  let worst = 0;
  let pair: [number, number] = [0, 0];
  gamma.forEach((row, m) => {
    for (let n = 0; n < m; n++) {
      const defect = balanceDefect(row[n]!, gamma[n]![m]!, weight(m, n), gap(m, n));
      if (defect > worst) {
        worst = defect;
        pair = [m, n];
      }
    }
  });
  if (worst <= BALANCE_TOLERANCE) return;
  const [m, n] = pair;
  throw new DetailedBalanceError(where, pair, gamma[m]![n]! / gamma[n]![m]!, Math.exp(-weight(m, n) * gap(m, n)));
}
