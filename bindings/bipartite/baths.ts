/**
 * Baths: what makes a part thermalise, and which jump belongs to which bath.
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), eqs. [12-14].
 * @module
 */
import { DetailedBalanceError, InvalidArgumentError } from "../errors.ts";
import { type Eigensystem, eigenHermitian } from "../kernel/dense.ts";
import { qeye } from "../operators/builders.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { checkHamiltonian, resolveJumps } from "../solvers/checks.ts";

/** The part a bath acts on, or `"global"` for one that acts on both. */
export type Site = "A" | "B" | "global";

/**
 * The rate of the jump |m><n| from level n to level m of the part's bare Hamiltonian, levels in order of increasing energy.
 * @param energy E_m - E_n
 */
export type RateFunction = (m: number, n: number, energy: number) => number;

/** A bath that thermalises one part at inverse temperature `beta`. */
export interface ThermalBath {
  readonly kind: "thermal";
  readonly name: string;
  readonly site: "A" | "B";
  readonly beta: number;
  readonly rates: "symmetric" | "ohmic" | RateFunction;
  readonly Gamma: number;
}

/** A bath given by its jump operators. */
export interface CustomBath {
  readonly kind: "custom";
  readonly name: string;
  readonly site: Site;
  readonly jumps: readonly Jump[];
}

export type Bath = ThermalBath | CustomBath;

/** A bath as it acts in a given system. */
export interface ResolvedBath {
  readonly name: string;
  readonly site: Site;
  /** Inverse temperature, of a thermal bath. */
  readonly beta?: number;
  /** Jump operators on the whole space A ⊗ B, rates inside; and on the bath's own part (the same for a global one). */
  readonly jumps: readonly Operator[];
  readonly ownJumps: readonly Operator[];
  /**
   * The Hamiltonian H_x whose Gibbs state a thermal bath prepares, on the whole space: the bare one of its part. Of any other bath the bare one
   * of its part, or H. Local currents are Tr[L_x[rho] H_x].
   */
  readonly hamiltonian: HermitianOperator;
  /** Pairs of levels of equal energy: the eigenbasis is then not unique, and neither is what the bath does to coherences. */
  readonly degenerate: readonly (readonly [number, number])[];
}

/** Relative difference of energies below which two levels count as degenerate. */
const DEGENERACY_TOLERANCE = 1e-9;
/** Largest |ln(gamma_mn / gamma_nm) + beta (E_m - E_n)| accepted from user-supplied rates. */
const BALANCE_TOLERANCE = 1e-9;

/**
 * A bath that thermalises part A or B: jumps |m><n| between all eigenstates of the bare H_A (H_B), with
 * gamma_mn = gamma_nm exp(-beta (E_m - E_n)) [13]. Its fixed point is exp(-beta H)/Z.
 *
 * @param site `"A"` or `"B"`
 * @param options `beta`: inverse temperature. `rates`: `"symmetric"` (default, the paper's choice), gamma_mn =
 * Gamma exp(-beta (E_m - E_n)/2); `"ohmic"`, Gamma w (n(w) + 1) down and Gamma w n(w) up, w = |E_m - E_n|,
 * n = 1/(exp(beta w) - 1); or a function, checked against detailed balance when the system is built. `Gamma`: overall rate,
 * default 1, also of a function's rates. `name`: default the site.
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}
 */
export function thermalBath(
  site: "A" | "B",
  options: {
    beta: number;
    rates?: "symmetric" | "ohmic" | RateFunction | undefined;
    Gamma?: number | undefined;
    name?: string | undefined;
  },
): ThermalBath {
  if (site !== "A" && site !== "B") throw new InvalidArgumentError("thermalBath: site", site, '"A" or "B"');
  checkKeys(options, ["beta", "rates", "Gamma", "name"], "thermalBath");
  const { beta, rates = "symmetric", Gamma = 1, name = site } = options;
  if (rates !== "symmetric" && rates !== "ohmic" && typeof rates !== "function") {
    throw new InvalidArgumentError("thermalBath: rates", rates, '"symmetric", "ohmic" or a function of two levels');
  }
  if (!Number.isFinite(beta)) throw new InvalidArgumentError("thermalBath: beta", beta, "a finite number");
  if (rates === "ohmic" && beta <= 0) {
    throw new InvalidArgumentError("thermalBath: beta", beta, 'a number > 0 with rates "ohmic"');
  }
  if (!Number.isFinite(Gamma) || Gamma < 0) {
    throw new InvalidArgumentError("thermalBath: Gamma", Gamma, "a finite number >= 0");
  }
  checkName(name, "thermalBath: name");
  return { kind: "thermal", name, site, beta, rates, Gamma };
}

/**
 * A bath given by jump operators: on part A's (B's) own space, or on the whole space for site `"global"`.
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}
 */
export function customBath(site: Site, options: { jumps: readonly Jump[]; name?: string | undefined }): CustomBath {
  if (site !== "A" && site !== "B" && site !== "global") {
    throw new InvalidArgumentError("customBath: site", site, '"A", "B" or "global"');
  }
  checkKeys(options, ["jumps", "name"], "customBath");
  const { jumps, name = site } = options;
  if (!Array.isArray(jumps)) throw new InvalidArgumentError("customBath: jumps", jumps, "an array of jump operators");
  checkName(name, "customBath: name");
  return { kind: "custom", name, site, jumps: [...jumps] };
}

function checkName(name: string, where: string): void {
  if (typeof name !== "string" || name === "") throw new InvalidArgumentError(where, name, "a text");
}

/** @throws {@link InvalidArgumentError} for what neither {@link thermalBath} nor {@link customBath} has made. */
export function checkBath(bath: Bath, where: string): void {
  if (bath?.kind !== "thermal" && bath?.kind !== "custom") {
    throw new InvalidArgumentError(where, bath, "a bath made by thermalBath or customBath");
  }
  if (bath.kind === "custom" && !Array.isArray(bath.jumps)) {
    throw new InvalidArgumentError(`${where}.jumps`, bath.jumps, "an array of jump operators");
  }
}

/**
 * The thermal (Gibbs) state exp(-beta H)/Tr exp(-beta H).
 * @throws {@link NotHermitianError}, {@link InvalidArgumentError}
 */
export function thermalState(hamiltonian: Operator, beta: number): HermitianOperator {
  const H = checkHamiltonian(hamiltonian, "thermalState: H");
  if (!Number.isFinite(beta)) throw new InvalidArgumentError("thermalState: beta", beta, "a finite number");
  const { values, vectors } = eigenHermitian(H);
  const exponents = values.map((E) => -beta * E);
  // Relative to the largest weight: no exponential overflows.
  const largest = exponents.reduce((a, b) => Math.max(a, b));
  const weights = exponents.map((x) => Math.exp(x - largest));
  const Z = weights.reduce((a, b) => a + b);
  return vectors
    .map((vector, k) => outer(H.dims, vector, vector).scale(weights[k]! / Z))
    .reduce((sum, term) => sum.add(term))
    .asHermitian();
}

/** The bath as it acts in a system. @throws as {@link thermalBath} and {@link customBath}, and {@link DetailedBalanceError} */
export function resolveBath(
  bath: Bath,
  { HA, HB, H }: { HA: HermitianOperator; HB: HermitianOperator; H: HermitianOperator },
): ResolvedBath {
  const where = `bath "${bath.name}"`;
  const { name, site } = bath;
  const embed = <O extends Operator>(own: O): O =>
    (site === "global" ? own : site === "A" ? own.kron(qeye(HB.dims)) : qeye(HA.dims).kron(own)) as O;
  const bare = site === "global" ? H : site === "A" ? HA : HB;
  const { ownJumps, ...known } =
    bath.kind === "custom"
      ? { ownJumps: resolveJumps(bath.jumps, bare.dims, `${where}: jumps`), degenerate: [] }
      : resolveThermal(bath, bare, where);
  const jumps = ownJumps.map(embed);
  return {
    name,
    site,
    ...known,
    jumps: Object.freeze(jumps),
    ownJumps: Object.freeze(ownJumps),
    hamiltonian: embed(bare),
  };
}

function resolveThermal(bath: ThermalBath, H: HermitianOperator, where: string) {
  const levels = eigenHermitian(H);
  return {
    beta: bath.beta,
    ownJumps: thermalJumps(bath, H.dims, levels, where),
    degenerate: degeneratePairs(levels.values),
  };
}

function thermalJumps(bath: ThermalBath, dims: readonly number[], levels: Eigensystem, where: string): Operator[] {
  const { values: E, vectors } = levels;
  const rate = rateFunction(bath);
  const gamma = Array.from(E, (_, m) => Array.from(E, (_, n) => (m === n ? 0 : rate(m, n, E[m]! - E[n]!))));
  gamma.forEach((row, m) => {
    row.forEach((value, n) => {
      if (!Number.isFinite(value) || value < 0) {
        throw new InvalidArgumentError(`${where}: rate from level ${n} to level ${m}`, value, "a finite number >= 0");
      }
    });
  });
  if (typeof bath.rates === "function") checkDetailedBalance(gamma, E, bath.beta, where);
  return gamma.flatMap((row, m) =>
    row.flatMap((value, n) => (value === 0 ? [] : [outer(dims, vectors[m]!, vectors[n]!).scale(Math.sqrt(value))])),
  );
}

function rateFunction({ rates, beta, Gamma }: ThermalBath): RateFunction {
  if (typeof rates === "function") return (m, n, energy) => Gamma * rates(m, n, energy);
  if (rates === "symmetric") return (_m, _n, energy) => Gamma * Math.exp((-beta * energy) / 2);
  return (_m, _n, energy) => {
    const w = Math.abs(energy);
    // w n(w) -> 1/beta as w -> 0
    const up = w === 0 ? 1 / beta : w / Math.expm1(beta * w);
    return Gamma * (energy > 0 ? up : up + w);
  };
}

function checkDetailedBalance(gamma: number[][], E: Float64Array, beta: number, where: string): void {
  let worst = 0;
  let pair: [number, number] = [0, 0];
  gamma.forEach((row, m) => {
    for (let n = 0; n < m; n++) {
      const there = row[n]!;
      const back = gamma[n]![m]!;
      if (there === 0 && back === 0) continue;
      const defect = Math.abs(Math.log(there) - Math.log(back) + beta * (E[m]! - E[n]!));
      if (defect > worst) {
        worst = defect;
        pair = [m, n];
      }
    }
  });
  if (worst <= BALANCE_TOLERANCE) return;
  const [m, n] = pair;
  throw new DetailedBalanceError(where, pair, gamma[m]![n]! / gamma[n]![m]!, Math.exp(-beta * (E[m]! - E[n]!)));
}

function degeneratePairs(E: Float64Array): [number, number][] {
  const spread = Math.max(E.at(-1)! - E[0]!, Math.abs(E[0]!), Math.abs(E.at(-1)!));
  const pairs: [number, number][] = [];
  for (let m = 1; m < E.length; m++) {
    if (E[m]! - E[m - 1]! <= DEGENERACY_TOLERANCE * spread) pairs.push([m - 1, m]);
  }
  return pairs;
}

/** |x><y| from interleaved amplitudes. */
function outer(dims: readonly number[], x: Float64Array, y: Float64Array): Operator {
  const triplets: [number, number, number, number][] = [];
  for (let i = 0; i < x.length; i += 2) {
    for (let j = 0; j < y.length; j += 2) {
      const re = x[i]! * y[j]! + x[i + 1]! * y[j + 1]!;
      const im = x[i + 1]! * y[j]! - x[i]! * y[j + 1]!;
      if (re !== 0 || im !== 0) triplets.push([i / 2, j / 2, re, im]);
    }
  }
  return Operator.fromTriplets(dims, triplets);
}
