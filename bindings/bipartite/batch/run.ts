/**
 * Evolves many bipartite systems together, with their energies and flows.
 * @module
 */
import { maxAbs } from "../../batch/algebra.ts";
import type { OperatorBatch } from "../../batch/operators.ts";
import type { Operator } from "../../operators/operator.ts";
import { placesOf, union } from "../../solvers/stepping.ts";
import { once } from "../evolve.ts";
import { energySeries, flowSeries, heatSeries, totalColumns } from "../flows.ts";
import { panelsOf } from "../quadrature.ts";
import { BatchEnergetics } from "./energetics.ts";
import { type BatchRows, integrateColumns, wantedBy } from "./ledger.ts";
import type { BatchSystem } from "./system.ts";
import { turningRates } from "./turning.ts";

/** What is computed besides the energies. */
export interface BatchWants {
  /** Rates: flows and currents. */
  readonly flows: boolean;
  /** Their integrals too. */
  readonly integrals: boolean;
}

/** An operator that all systems share, or one a system. */
export type Functional = Operator | OperatorBatch;

/** Evolves the systems: means of Hermitian operators at times, number `(f * times.length + t) * count + k` that of operator f at time t in system k. */
export type EvolveSystems = (
  functionals: readonly Functional[],
  times: Float64Array,
) => { readonly values: Float64Array; readonly failed: readonly boolean[] };

/** Most values of functionals that are kept at once, and the fewest systems worth being computed together. */
const MOST_VALUES = 2 ** 23;
const FEWEST = 8;

/**
 * Lists of systems that have panels in common, whichever others there are, and take no more memory than they should; one that is in none of them
 * has to be computed alone.
 */
export function partition(system: BatchSystem, rho0: OperatorBatch, times: Float64Array, rtol: number): number[][] {
  const { HA, HB, H, baths } = system;
  const classes = new Map<number, number[]>();
  turningRates(H, jumpsOf(system), rho0).forEach((rate, k) => {
    const members = classes.get(rate) ?? [];
    members.push(k);
    classes.set(rate, members);
  });
  const functionals = (HA.size ** 2 + HB.size ** 2) * (2 + baths.length) + 2 + 2 * baths.length;
  return [...classes].flatMap(([rate, members]) => {
    const rows = times.length + panelsOf(times, [], rate, rtol).nodes.length;
    const most = Math.floor(MOST_VALUES / (rows * functionals));
    if (most < FEWEST) return [];
    const parts = Array.from({ length: Math.ceil(members.length / most) }, (_, n) => n * most);
    return parts.map((from) => members.slice(from, from + most));
  });
}

const jumpsOf = ({ baths }: BatchSystem): OperatorBatch[] => baths.flatMap((bath) => bath.jumps);

/**
 * @param means Hermitian operators whose means are wanted besides
 * @returns energies, and what was wanted besides: of a series number `t * count + k` is that of system k at output time t; `failed` says which systems have to be computed alone
 */
export function evolveBipartiteBatch(
  system: BatchSystem,
  rho0: OperatorBatch,
  times: Float64Array,
  means: readonly Functional[],
  wants: BatchWants,
  rtol: number,
  evolve: EvolveSystems,
) {
  const { H, HA, HB, V, baths } = system;
  const { count } = H;
  const energetics = new BatchEnergetics(system, wants.flows || wants.integrals);
  const jumps = jumpsOf(system);
  const rates = wants.integrals ? turningRates(H, jumps, rho0) : undefined;
  const panels =
    rates &&
    panelsOf(
      times,
      [],
      rates.reduce((a, b) => Math.max(a, b)),
      rtol,
    );
  const rowTimes = panels ? union(times, wantedBy(panels)) : times;
  const rows = rowTimes.length;
  const { functionals } = energetics;
  const { values, failed } = evolve([...functionals, ...means], rowTimes);
  const columns = energetics.compute(values, rows);
  const places = placesOf(times, rowTimes);
  const atOutputs = (table: Float64Array, from = 0) => {
    const out = new Float64Array(places.length * count);
    places.forEach((place, t) => {
      const at = from + place * count;
      out.set(table.subarray(at, at + count), t * count);
    });
    return out;
  };
  const length = times.length * count;
  const zeros = () => new Float64Array(length);
  const series = (column: number) => (columns[column] ? atOutputs(columns[column]) : zeros());
  const strengths = [HA, HB, V].map(maxAbs);
  const floor = strengths[0]!.map((size, k) => Math.max(size, strengths[1]![k]!, strengths[2]![k]!));
  const started = times.subarray(0, 1);
  const more = (wanted: Float64Array): BatchRows => {
    const at = union(started, wanted);
    return { times: at, columns: energetics.compute(evolve(functionals, at).values, at.length) };
  };
  const sums =
    panels &&
    integrateColumns(panels, times, { times: rowTimes, columns }, more, {
      baths: baths.length,
      rtol,
      floor,
      skip: failed,
    });
  const integrals = (...of: number[]) => sums?.integrals(of) ?? zeros();
  const flow = once(() => flowSeries(series, baths, false));
  const ledger = once(() => flowSeries(integrals, baths, false));
  const gained = once(() => {
    const of = totalColumns(baths.length);
    const [A, B, chi] = [integrals(...of.A), integrals(...of.B), integrals(...of.all)];
    for (let at = 0; at < length; at++) chi[at] = chi[at]! - A[at]! - B[at]!;
    return { A, B, chi };
  });
  const heat = once(() => heatSeries(series, integrals, baths, length));
  return {
    energy: energySeries(series),
    get flow() {
      return flow();
    },
    get ledger() {
      return ledger();
    },
    /** What flowed by all channels together. */
    get gained() {
      return gained();
    },
    get heat() {
      return heat();
    },
    work: { rate: zeros(), integrated: zeros() },
    means: means.map((_, f) => atOutputs(values, (functionals.length + f) * rows * count)),
    failed: failed.map((value, k) => value || sums?.suffices[k] === false),
  };
}
