/**
 * The energy ledger at one state: A, B and chi as three bodies, with one flow into each from every channel. Channels are the Hamiltonian,
 * each bath, and what drives the system.
 * @module
 */
import type { ResolvedBath } from "./baths.ts";
import { bathColumns, COLUMN } from "./energetics.ts";
import type { Energies } from "./energies.ts";
import type { BathHeat } from "./run.ts";

/** Names of the channels that are no baths. */
export const HAMILTONIAN = "hamiltonian";
export const WORK = "work";

/** What flows into A, into B and into chi. */
export interface Flow<T = number> {
  /** Tr[(Tr_B rho'_k) Ĥ_A] */
  readonly A: T;
  /** Tr[(Tr_A rho'_k) Ĥ_B] */
  readonly B: T;
  /** Tr[rho'_k H] - A - B */
  readonly chi: T;
}

/**
 * By channel: `hamiltonian`, whose three add up to zero; every bath by its name; and, where the system is driven, `work`: the change of the
 * energies by H' at a fixed state.
 */
export type Flows<T = number> = Readonly<Record<string, Flow<T>>>;

/** Time derivatives of the energies, from the generator. */
export interface EnergyRates<T = number> extends Energies<T> {
  /** Tr[rho_A' Ĥ_A]: the local inflow of A. Not dU_A/dt, which also counts the change of Ĥ_A itself. */
  readonly inflowA: T;
  /** Tr[rho_B' Ĥ_B]; inflowA + inflowB = dU_⊗/dt, but for what drives the system. */
  readonly inflowB: T;
}

/** A flow as columns of a row of results: what is added up for A, for B, and for all three. */
interface ChannelColumns {
  readonly name: string;
  readonly A: number;
  readonly B: number;
  /** Undefined: nothing. */
  readonly all: number | undefined;
}

type Named = Pick<ResolvedBath, "name">;

function channelsOf(baths: readonly Named[], driven: boolean): ChannelColumns[] {
  return [
    { name: HAMILTONIAN, A: COLUMN.flowA, B: COLUMN.flowB, all: undefined },
    ...baths.map(({ name }, k) => ({ name, ...bathColumns(k) })),
    ...(driven ? [{ name: WORK, A: COLUMN.workA, B: COLUMN.workB, all: COLUMN.work }] : []),
  ];
}

/** A column of rows of results as a series: an array of the caller's own. */
export type ColumnSeries = (column: number) => Float64Array;

/** From columns. */
export function flowSeries(series: ColumnSeries, baths: readonly Named[], driven: boolean): Flows<Float64Array> {
  return Object.fromEntries(
    channelsOf(baths, driven).map(({ name, A, B, all }): [string, Flow<Float64Array>] => {
      const [a, b] = [series(A), series(B)];
      const chi = all === undefined ? new Float64Array(a.length) : series(all);
      for (let k = 0; k < chi.length; k++) chi[k] = chi[k]! - a[k]! - b[k]!;
      return [name, { A: a, B: b, chi }];
    }),
  );
}

/** From columns. */
export function rateSeries(series: ColumnSeries, baths: readonly Named[]): EnergyRates<Float64Array> {
  const { [WORK]: work, ...others } = flowSeries(series, baths, true);
  const [A, B, chi] = (["A", "B", "chi"] as const).map((of) => total(Object.values(others).map((flow) => flow[of])));
  const [allA, allB, allChi] = [total([A!, work!.A]), total([B!, work!.B]), total([chi!, work!.chi])];
  return {
    U: total([allA, allB, allChi]),
    UA: series(COLUMN.rateA),
    UB: series(COLUMN.rateB),
    Ulocal: total([allA, allB]),
    Uchi: allChi,
    inflowA: A!,
    inflowB: B!,
  };
}

/** The energies, from columns. */
export function energySeries(series: ColumnSeries): Energies<Float64Array> {
  return {
    U: series(COLUMN.U),
    UA: series(COLUMN.UA),
    UB: series(COLUMN.UB),
    Ulocal: series(COLUMN.Ulocal),
    Uchi: series(COLUMN.Uchi),
  };
}

/** Conventional heat, from columns and their integrals. @param length of a series */
export function heatSeries(series: ColumnSeries, integrals: ColumnSeries, baths: readonly Named[], length: number) {
  const bath = baths.map(({ name }, k): [string, BathHeat] => {
    const { all, local } = bathColumns(k);
    return [
      name,
      {
        global: series(all),
        local: series(local),
        integratedGlobal: integrals(all),
        integratedLocal: integrals(local),
      },
    ];
  });
  const nothing = new Float64Array(length);
  return {
    rate: total([nothing, ...bath.map(([, { global }]) => global)]),
    integrated: total([nothing, ...bath.map(([, { integratedGlobal }]) => integratedGlobal)]),
    bath: Object.fromEntries(bath),
  };
}

/** What flows by all channels together. */
export function totalFlow(flows: Flows<Float64Array>): Flow<Float64Array> {
  const into = (of: keyof Flow) => total(Object.values(flows).map((flow) => flow[of]));
  return { A: into("A"), B: into("B"), chi: into("chi") };
}

/** The columns that make it up, where nothing drives the system. */
export function totalColumns(baths: number): { A: number[]; B: number[]; all: number[] } {
  const ofBaths = Array.from({ length: baths }, (_, b) => bathColumns(b));
  return {
    A: [COLUMN.flowA, ...ofBaths.map(({ A }) => A)],
    B: [COLUMN.flowB, ...ofBaths.map(({ B }) => B)],
    all: ofBaths.map(({ all }) => all),
  };
}

/**
 * See {@link BipartiteRun.ledgerDefect}.
 * @param gained by all channels together
 * @param systems of which the series are, time by time
 */
export function ledgerDefects(
  { Ulocal, Uchi }: Pick<Energies<Float64Array>, "Ulocal" | "Uchi">,
  { A, B, chi }: Flow<Float64Array>,
  systems = 1,
): Float64Array {
  const most = new Float64Array(systems);
  for (let from = 0; from < Ulocal.length; from += systems) {
    for (let k = 0, at = from; k < systems; k++, at++) {
      const local = Math.abs(Ulocal[at]! - Ulocal[k]! - A[at]! - B[at]!);
      most[k] = Math.max(most[k]!, local, Math.abs(Uchi[at]! - Uchi[k]! - chi[at]!));
    }
  }
  return most;
}

/** The sum of series of equal length, of which there is one at least. */
export function total([first, ...others]: readonly Float64Array[]): Float64Array {
  const sum = first!.slice();
  for (const values of others) for (let k = 0; k < sum.length; k++) sum[k]! += values[k]!;
  return sum;
}

/** From one row. */
export function flowsAt(row: Float64Array, baths: readonly Named[], driven: boolean): Flows {
  return Object.fromEntries(
    Object.entries(flowSeries(columnsOf(row), baths, driven)).map(([name, { A, B, chi }]): [string, Flow] => [
      name,
      { A: A[0]!, B: B[0]!, chi: chi[0]! },
    ]),
  );
}

/** From one row. */
export function ratesAt(row: Float64Array, baths: readonly Named[]): EnergyRates {
  const { U, UA, UB, Ulocal, Uchi, inflowA, inflowB } = rateSeries(columnsOf(row), baths);
  return {
    U: U[0]!,
    UA: UA[0]!,
    UB: UB[0]!,
    Ulocal: Ulocal[0]!,
    Uchi: Uchi[0]!,
    inflowA: inflowA[0]!,
    inflowB: inflowB[0]!,
  };
}

const columnsOf =
  (row: Float64Array): ColumnSeries =>
  (column) =>
    row.slice(column, column + 1);
