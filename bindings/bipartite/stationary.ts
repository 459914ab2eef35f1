/**
 * The energetics of a stationary state: which flows balance, the currents of heat and their statistics, and how a system conducts heat.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkFiniteNumber, checkKeys, isNameIn } from "../operators/checks.ts";
import type { HermitianOperator, Operator } from "../operators/operator.ts";
import { type CountingStatistics, countingStatistics } from "../stationary/counting.ts";
import { type SteadyState, type SteadystateOptions, steadystate } from "../stationary/steadystate.ts";
import type { ResolvedBath } from "./baths.ts";
import type { Energies, Reduced } from "./energies.ts";
import type { Flow, Flows } from "./flows.ts";
import type { BipartiteSystem } from "./system.ts";

/** Heat that a bath gives to the system per time, in the stationary state. */
export interface HeatCurrent {
  /** Tr[D_x[rho] H]: into the whole system, interaction included. They add up to zero over all baths. */
  readonly global: number;
  /** Tr[D_x[rho] H_x]: into the part that the bath thermalises. */
  readonly local: number;
}

/** What {@link BipartiteSystem.steady} finds. */
export interface BipartiteSteady extends SteadyState {
  /** States of the parts. */
  readonly reduced: Reduced;
  /** Energies of the steady state. */
  readonly energy: Energies;
  /** What flows into A, into B and into chi, channel by channel: every column adds up to zero. */
  readonly flows: Flows;
  /** The largest sum of a column of `flows`: zero but for the residual of the state. */
  readonly imbalance: number;
  /** By name of bath. */
  readonly heat: Readonly<Record<string, HeatCurrent>>;
  /** Spohn's entropy production, -sum_x beta_x Tr[D_x[rho] H_x] (its other term, dS/dt, is zero here), never negative; undefined unless every bath that acts has a temperature. */
  readonly entropyProduction: number | undefined;
  /**
   * Full counting statistics of the energy that one bath gives to the part it thermalises: `current` is its local heat current, `noise` the zero-frequency noise of that.
   * @param bath its name
   * @param order cumulants up to this order; default 2
   * @throws {@link InvalidArgumentError} for a bath with jumps that do not change the energy by a definite amount; as {@link countingStatistics}
   */
  heatStatistics(bath: string, order?: number): CountingStatistics;
}

/** Of ‖H_x‖ ‖L‖: how far a jump may be from changing the energy by a definite amount. */
const DEFINITE = 1e-10;

/** See {@link BipartiteSystem.steady}. */
export function stationaryOf(system: BipartiteSystem, options: Omit<SteadystateOptions, "all">): BipartiteSteady {
  const where = "steady";
  if (system.driven) {
    throw new InvalidArgumentError(
      `${where}: the Hamiltonian`,
      "one that depends on time",
      "one that does not; system.at(t).steady() takes it as it is at a time",
    );
  }
  checkKeys(options, ["method", "tol", "rho0"], where);
  const found = steadystate(system.H, system.jumps, { ...options, all: false });
  const { rho } = found;
  const flows = system.flows(rho);
  const heat = Object.fromEntries(
    system.baths.map((bath): [string, HeatCurrent] => {
      const { A, B, chi } = flows[bath.name]!;
      return [bath.name, { global: A + B + chi, local: localCurrent(bath, rho) }];
    }),
  );
  const acting = system.baths.filter(({ jumps }) => jumps.some((L) => L.nnz > 0));
  const entropyProduction = acting.every(({ beta }) => beta !== undefined)
    ? acting.reduce((sum, { name, beta }) => {
        const { local } = heat[name]!;
        return local === 0 ? sum : sum - beta! * local;
      }, 0)
    : undefined;
  return {
    ...found,
    reduced: system.reduced(rho),
    energy: system.energies(rho),
    flows,
    imbalance: (["A", "B", "chi"] as const).reduce((most, into) => Math.max(most, Math.abs(sumOf(flows, into))), 0),
    heat,
    entropyProduction,
    heatStatistics(name, order = 2) {
      const bath = system.baths.find((one) => one.name === name);
      if (!bath) {
        throw new InvalidArgumentError(
          "heatStatistics: bath",
          name,
          `one of ${system.baths.map((one) => one.name).join(", ")}`,
        );
      }
      const changes = bath.jumps.map((L, k) => energyChange(bath, L, `heatStatistics: jump ${k} of bath "${name}"`));
      const weights = system.baths.flatMap((one) => (one === bath ? changes : one.jumps.map(() => 0)));
      return countingStatistics(system.H, system.jumps, { weights, order });
    },
  };
}

function sumOf(flows: Flows, into: keyof Flow): number {
  return Object.values(flows).reduce((sum, flow) => sum + flow[into], 0);
}

/** Tr[D_x[rho] H_x] = sum_L Tr[(L† H_x L - ½{L†L, H_x}) rho] */
function localCurrent({ jumps, hamiltonian }: ResolvedBath, rho: HermitianOperator): number {
  return jumps.reduce((sum, L) => {
    const image = L.mul(rho).mul(L.dag());
    const loss = L.dag().mul(L).mul(rho);
    return sum + image.mul(hamiltonian).tr().re - hamiltonian.mul(loss).tr().re;
  }, 0);
}

/** w with [H_x, L] = w L. @throws {@link InvalidArgumentError} where there is none */
export function energyChange({ hamiltonian }: ResolvedBath, L: Operator, where: string): number {
  const commutator = hamiltonian.mul(L).sub(L.mul(hamiltonian));
  const square = L.norm() ** 2;
  if (square === 0) return 0;
  const w = L.dag().mul(commutator).tr().re / square;
  if (commutator.sub(L.scale(w)).norm() > DEFINITE * hamiltonian.norm() * L.norm()) {
    throw new InvalidArgumentError(
      where,
      "a jump that changes its energy by no definite amount",
      "an eigenoperator of its Hamiltonian, [H, L] = w L",
    );
  }
  return w;
}

/** Temperatures of the two sides of a conductor. */
export interface Temperatures {
  /** Inverse temperature of the bath of A. */
  readonly A: number;
  /** Inverse temperature of the bath of B. */
  readonly B: number;
}

/** What {@link thermalConductance} finds. */
export interface ThermalConductance {
  /** dJ/d(T_A - T_B) at T_A = T_B. */
  readonly conductance: number;
  /** What that may be wrong by: the difference of two steps. */
  readonly error: number;
  /** The current at equal temperatures: not zero where baths that are local meet an interaction that is not weak. */
  readonly offset: number;
}

/** Steps of temperature, relative to it. */
const STEP = 0.02;

/**
 * How well a system conducts heat between two baths: J is the (global) heat current out of a bath, T_A = T + d/2, T_B = T - d/2, and the conductance its derivative by d at 0, by central differences of
 * order 6 (of order 4 for the error).
 * @param make the system at two temperatures (k_B = 1, so that beta = 1/T)
 * @param T > 0
 * @param bath the name of the bath whose current counts; default "A"
 * @throws {@link InvalidArgumentError}; as {@link steadystate}
 */
export function thermalConductance(
  make: (temperatures: Temperatures) => BipartiteSystem,
  T: number,
  bath = "A",
): ThermalConductance {
  checkMake(make, "thermalConductance");
  checkTemperature(T, "thermalConductance: T");
  const h = STEP * T;
  const J = (k: number) =>
    currentOf(make, { A: T + (k * h) / 2, B: T - (k * h) / 2 }, bath, "thermalConductance").current;
  const [one, two, three] = [J(1) - J(-1), J(2) - J(-2), J(3) - J(-3)];
  const conductance = (45 * one - 9 * two + three) / (60 * h);
  return { conductance, error: Math.abs(conductance - (8 * one - two) / (12 * h)), offset: J(0) };
}

/** What {@link rectification} finds. */
export interface Rectification {
  /** Current out of the bath when its side is the hot one. */
  readonly forward: number;
  /** And when it is the cold one. */
  readonly backward: number;
  /** |forward + backward| / max(|forward|, |backward|): 0 for a conductor without direction, 1 for a perfect diode; not a number where neither current is more than rounding: without a coupling nothing flows to be rectified. */
  readonly rectification: number;
}

/**
 * How much the heat current through a system depends on its direction (Segal and Nitzan, Phys. Rev. Lett. 94 (2005) 034301).
 * @param make as in {@link thermalConductance}
 * @param hot the higher temperature
 * @param cold the lower one, above 0
 * @param bath as in {@link thermalConductance}
 * @throws {@link InvalidArgumentError}; as {@link steadystate}
 */
export function rectification(
  make: (temperatures: Temperatures) => BipartiteSystem,
  hot: number,
  cold: number,
  bath = "A",
): Rectification {
  const where = "rectification";
  checkMake(make, where);
  checkTemperature(cold, `${where}: cold`);
  checkTemperature(hot, `${where}: hot`);
  if (!(hot > cold)) throw new InvalidArgumentError(`${where}: hot`, hot, `a temperature above cold = ${cold}`);
  const one = currentOf(make, { A: hot, B: cold }, bath, where);
  const other = currentOf(make, { A: cold, B: hot }, bath, where);
  const [forward, backward] = [one.current, other.current];
  const nothing = Math.abs(forward) <= one.rounding && Math.abs(backward) <= other.rounding;
  const largest = Math.max(Math.abs(forward), Math.abs(backward));
  return { forward, backward, rectification: nothing ? Number.NaN : Math.abs(forward + backward) / largest };
}

/** The current out of a bath, and what of it may be rounding: of its terms, Tr[L† H L rho] and the like, and the residual of the state. */
function currentOf(
  make: (temperatures: Temperatures) => BipartiteSystem,
  temperatures: Temperatures,
  bath: string,
  where: string,
): { current: number; rounding: number } {
  const system: BipartiteSystem | undefined = make(temperatures);
  if (typeof system?.steady !== "function") {
    throw new InvalidArgumentError(`${where}: make(…)`, system, "a system made by bipartite");
  }
  const { heat, residual } = system.steady();
  const found = isNameIn(heat, bath) ? heat[bath] : undefined;
  if (!found) throw new InvalidArgumentError(`${where}: bath`, bath, `one of ${Object.keys(heat).join(", ")}`);
  const terms = system.jumps.reduce((sum, L) => sum + L.norm() ** 2, 0);
  const rounding = (system.H.size * Number.EPSILON * terms + residual) * system.H.norm();
  return { current: found.global, rounding };
}

function checkMake(make: unknown, where: string): void {
  if (typeof make !== "function") {
    throw new InvalidArgumentError(`${where}: make`, make, "a function of the temperatures { A, B }");
  }
}

function checkTemperature(T: number, where: string): void {
  checkFiniteNumber(T, where);
  if (!(T > 0)) throw new InvalidArgumentError(where, T, "a temperature > 0");
}
