/**
 * Baths: what makes a part thermalise, and which jump belongs to which bath.
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), eqs. [12-14].
 * @module
 */
import { InvalidArgumentError, NotThermalError } from "../errors.ts";
import { eigenHermitian } from "../kernel/dense.ts";
import { qeye } from "../operators/builders.ts";
import { checkKeys, checkSameDims } from "../operators/checks.ts";
import { checkJumpList, type Jump } from "../operators/jump.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { applyGenerator } from "../solvers/apply.ts";
import { checkHamiltonian, resolveJumps } from "../solvers/checks.ts";
import { daviesJumps, type EnergyRateFunction } from "./davies.ts";
import { degeneratePairs, outer, thermalState } from "./gibbs.ts";
import { checkBeta, checkThermal, type NamedRates, type RateFunction, ratesBetween } from "./rates.ts";

/** The part a bath acts on, or `"global"` for one that acts on both. */
export type Site = "A" | "B" | "global";

/** A bath that thermalises one part at inverse temperature `beta`. */
export interface ThermalBath {
  /** Which kind of bath. */
  readonly kind: "thermal";
  /** Its name in results. */
  readonly name: string;
  /** The part it acts on. */
  readonly site: "A" | "B";
  /** Inverse temperature (k_B = 1); `Infinity` is zero temperature. */
  readonly beta: number;
  /** Rates of the jumps between levels: the paper's, ohmic ones, or a function. */
  readonly rates: NamedRates | RateFunction;
  /** The scale of its rates. */
  readonly Gamma: number;
}

/** A bath that thermalises the whole system, through couplings of its own. */
export interface DaviesBath {
  /** Which kind of bath. */
  readonly kind: "davies";
  /** Its name in results. */
  readonly name: string;
  /** Its jumps act on both parts. */
  readonly site: "global";
  /** Where the couplings are given: on a part's own space, or on the whole one. */
  readonly on: Site;
  /** Operators through which it couples. */
  readonly couplings: readonly Operator[];
  /** Inverse temperature (k_B = 1); `Infinity` is zero temperature. */
  readonly beta: number;
  /** Rates at the Bohr frequencies: the paper's, ohmic ones, or a function. */
  readonly rates: NamedRates | EnergyRateFunction;
  /** The scale of its rates. */
  readonly Gamma: number;
}

/** A bath given by its jump operators. */
export interface CustomBath {
  /** Which kind of bath. */
  readonly kind: "custom";
  /** Its name in results. */
  readonly name: string;
  /** The part it acts on, or both. */
  readonly site: Site;
  /** Its jump operators, on the space of the part. */
  readonly jumps: readonly Jump[];
  /** Inverse temperature (k_B = 1) at which its jumps leave the Gibbs state alone; undefined: it has none. */
  readonly beta: number | undefined;
}

/** What {@link bipartite} takes for a bath: one of {@link thermalBath}, {@link daviesBath} or {@link customBath}. */
export type Bath = ThermalBath | DaviesBath | CustomBath;

/** A bath as it acts in a given system. */
export interface ResolvedBath {
  /** Its name in results. */
  readonly name: string;
  /** The part it acts on, or both. */
  readonly site: Site;
  /** Inverse temperature, of a bath whose fixed point is the Gibbs state of `hamiltonian`. */
  readonly beta?: number;
  /** Jump operators on the whole space A ⊗ B, rates inside; and on the bath's own part (the same for a global one). */
  readonly jumps: readonly Operator[];
  /** The same on the bath's own part. */
  readonly ownJumps: readonly Operator[];
  /**
   * The Hamiltonian H_x whose Gibbs state a thermal bath prepares, on the whole space: the bare one of its part, or H of a global one; of any
   * other bath likewise. Local currents are Tr[L_x[rho] H_x].
   */
  readonly hamiltonian: HermitianOperator;
  /** Pairs of levels of equal energy: the eigenbasis is then not unique, and neither is what the bath does to coherences. */
  readonly degenerate: readonly (readonly [number, number])[];
  /** What a user should know about it, in words. */
  readonly warnings: readonly string[];
}

/** Largest ‖D[pi]‖ of a Gibbs state pi, relative to that of the jumps, of a bath that is said to have a temperature. */
export const STATIONARY_TOLERANCE = 1e-9;

/**
 * A bath that thermalises part A or B: jumps |m><n| between all eigenstates of the bare H_A (H_B), with
 * gamma_mn = gamma_nm exp(-beta (E_m - E_n)) (Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), eq. [13]), gamma_mn the rate from level n to
 * level m. Its fixed point is exp(-beta H_A)/Z. ħ = k_B = 1; rates are in inverse units of time.
 *
 * @param site `"A"` or `"B"`
 * @param options `beta`: inverse temperature >= 0; Infinity, zero temperature, leaves only jumps down. `rates`: `"symmetric"` (default, the
 * paper's choice; it diverges at zero temperature), gamma_mn = Gamma exp(-beta (E_m - E_n)/2); `"ohmic"` (it diverges at beta = 0), Gamma w
 * (n(w) + 1) down and Gamma w n(w) up, w = |E_m - E_n|, n = 1/(exp(beta w) - 1); or a function, checked against detailed balance when the
 * system is built. `Gamma`: overall rate, default 1, also of a function's rates. `name`: default the site; several baths on one part need
 * names of their own.
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}
 */
export function thermalBath(
  site: "A" | "B",
  options: {
    beta: number;
    rates?: NamedRates | RateFunction | undefined;
    Gamma?: number | undefined;
    name?: string | undefined;
  },
): ThermalBath {
  if (site !== "A" && site !== "B") throw new InvalidArgumentError("thermalBath: site", site, '"A" or "B"');
  checkKeys(options, ["beta", "rates", "Gamma", "name"], "thermalBath");
  const { beta, rates = "symmetric", Gamma = 1, name = site } = options;
  checkThermal({ beta, rates, Gamma }, "thermalBath");
  checkName(name, "thermalBath: name");
  return { kind: "thermal", name, site, beta, rates, Gamma };
}

/**
 * A bath that thermalises the whole system (Davies, Commun. Math. Phys. 39 (1974) 91; Breuer, Petruccione, The Theory of Open Quantum Systems,
 * section 3.3): jumps A(E) between the eigenstates of H = H_A ⊗ 1 + 1 ⊗ H_B + V, one for each change of energy E
 * of each coupling operator A, with gamma(E) = gamma(-E) exp(-beta E). Its fixed point is exp(-beta H)/Z: where a local bath
 * ({@link thermalBath}) does not know of V, this one does. It is good where changes of energy are equal or differ by more than the rates
 * (a warning says where not). Of a driven system it knows what of H does not change.
 *
 * @param options `couplings`: Hermitian operators through which the bath acts, on the whole space, or on part A's (B's) own with
 * `on: "A"` (`"B"`). `beta`, `Gamma`: as {@link thermalBath} has them. `rates`: likewise, a function being one of E = E_after - E_before.
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}; {@link NotHermitianError} and {@link DetailedBalanceError} when the
 * system is built
 * @example
 * const global = system.withBaths([daviesBath("hot", { couplings: sigmax(), on: "A", beta: 0.5, rates: "ohmic" })]);
 */
export function daviesBath(
  name: string,
  options: {
    couplings: Operator | readonly Operator[];
    on?: Site | undefined;
    beta: number;
    rates?: NamedRates | EnergyRateFunction | undefined;
    Gamma?: number | undefined;
  },
): DaviesBath {
  checkName(name, "daviesBath: name");
  checkKeys(options, ["couplings", "on", "beta", "rates", "Gamma"], "daviesBath");
  const { couplings, on = "global", beta, rates = "symmetric", Gamma = 1 } = options;
  const all = couplings instanceof Operator ? [couplings] : couplings;
  if (!Array.isArray(all) || all.length === 0) {
    throw new InvalidArgumentError("daviesBath: couplings", couplings, "an operator, or an array of them");
  }
  checkSite(on, "daviesBath: on");
  checkThermal({ beta, rates, Gamma }, "daviesBath");
  return { kind: "davies", name, site: "global", on, couplings: [...all], beta, rates, Gamma };
}

/**
 * A bath given by jump operators: on part A's (B's) own space, or on the whole space for site `"global"`.
 * @param options `jumps`: as `cOps` of {@link mesolve}, constant. `name`: default the site. `beta`: its inverse temperature, if it has one: then the Gibbs state of the bare H_A (H_B; H of a global one) must be steady
 * under its jumps, which is checked when the system is built, and entropy production counts it as a thermal bath.
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}; {@link NotThermalError} when the system is built
 */
export function customBath(
  site: Site,
  options: { jumps: readonly Jump[]; name?: string | undefined; beta?: number | undefined },
): CustomBath {
  checkSite(site, "customBath: site");
  checkKeys(options, ["jumps", "name", "beta"], "customBath");
  const { jumps, name = site, beta } = options;
  checkJumpList(jumps, "customBath: jumps");
  if (beta !== undefined) checkBeta(beta, "customBath");
  checkName(name, "customBath: name");
  return { kind: "custom", name, site, jumps: [...jumps], beta };
}

function checkSite(site: Site, where: string): void {
  if (site !== "A" && site !== "B" && site !== "global")
    throw new InvalidArgumentError(where, site, '"A", "B" or "global"');
}

function checkName(name: string, where: string): void {
  if (typeof name !== "string" || name === "") throw new InvalidArgumentError(where, name, "a text");
}

/** @throws {@link InvalidArgumentError} for what none of the functions above has made. */
export function checkBath(bath: Bath, where: string): void {
  if (bath?.kind !== "thermal" && bath?.kind !== "davies" && bath?.kind !== "custom") {
    throw new InvalidArgumentError(where, bath, "a bath made by thermalBath, daviesBath or customBath");
  }
  checkName(bath.name, `${where}.name`);
  checkSite(bath.site, `${where}.site`);
  if (bath.kind === "custom") checkJumpList(bath.jumps, `${where}.jumps`);
  else checkThermal(bath, where);
}

interface Hamiltonians {
  readonly HA: HermitianOperator;
  readonly HB: HermitianOperator;
  readonly H: HermitianOperator;
}

/**
 * The bath as it acts in a system.
 * @throws as {@link thermalBath}, {@link daviesBath} and {@link customBath}, and {@link DetailedBalanceError}, {@link NotThermalError}
 */
export function resolveBath(bath: Bath, hamiltonians: Hamiltonians): ResolvedBath {
  const { HA, HB, H } = hamiltonians;
  const where = `bath "${bath.name}"`;
  const { name, site } = bath;
  const bare = { A: HA, B: HB, global: H };
  const embed = <O extends Operator>(own: O, from: Site): O =>
    (from === "global" ? own : from === "A" ? own.kron(qeye(HB.dims)) : qeye(HA.dims).kron(own)) as O;
  const { ownJumps, ...known } =
    bath.kind === "custom"
      ? resolveCustom(bath, bare[site], where)
      : bath.kind === "thermal"
        ? resolveThermal(bath, bare[site], where)
        : resolveDavies(bath, bare, embed, where);
  return {
    name,
    site,
    ...known,
    jumps: Object.freeze(ownJumps.map((jump) => embed(jump, site))),
    ownJumps: Object.freeze(ownJumps),
    hamiltonian: embed(bare[site], site),
  };
}

/** What is particular to each kind. */
type Known = Pick<ResolvedBath, "beta" | "degenerate" | "warnings"> & { ownJumps: Operator[] };

function resolveThermal(bath: ThermalBath, H: HermitianOperator, where: string): Known {
  const { values, vectors } = eigenHermitian(H);
  const ownJumps = ratesBetween(values, bath, where).flatMap((row, m) =>
    row.flatMap((value, n) => (value === 0 ? [] : [outer(H.dims, vectors[m]!, vectors[n]!).scale(Math.sqrt(value))])),
  );
  const degenerate = degeneratePairs(values);
  const pairs = degenerate.map((pair) => pair.join(" and ")).join(", ");
  const warnings =
    pairs === ""
      ? []
      : [
          `${where}: levels ${pairs} of H_${bath.site} are degenerate: the eigenbasis its jumps are built in is a choice, and the steady state may not be unique`,
        ];
  return { beta: bath.beta, ownJumps, degenerate, warnings };
}

function resolveDavies(
  bath: DaviesBath,
  bare: Readonly<Record<Site, HermitianOperator>>,
  embed: <O extends Operator>(own: O, from: Site) => O,
  where: string,
): Known {
  const couplings = bath.couplings.map((coupling, k) => {
    const at = `${where}: couplings[${k}]`;
    const own = checkHamiltonian(coupling, at);
    checkSameDims(bare[bath.on].dims, own.dims, at);
    return embed(own, bath.on);
  });
  const { jumps, warnings } = daviesJumps(bare.global, couplings, bath, where);
  return { beta: bath.beta, ownJumps: jumps, degenerate: [], warnings };
}

function resolveCustom({ jumps, beta }: CustomBath, H: HermitianOperator, where: string): Known {
  const ownJumps = resolveJumps(jumps, H.dims, `${where}: jumps`);
  if (beta === undefined) return { ownJumps, degenerate: [], warnings: [] };
  const steady = thermalState(H, beta);
  const change = applyGenerator(H.scale(0), ownJumps, steady).norm();
  const strength = ownJumps.reduce((sum, L) => sum + L.norm() ** 2, 0) * steady.norm();
  if (change > STATIONARY_TOLERANCE * strength) throw new NotThermalError(where, beta, change / strength);
  return { beta, ownJumps, degenerate: [], warnings: [] };
}
