/**
 * The energy ledger at one state: A, B and chi as three bodies, with one flow into each from every channel. Channels are the Hamiltonian,
 * each bath, and what drives the system.
 * @module
 */
import type { ResolvedBath } from "./baths.ts";
import { bathColumns, COLUMN } from "./energetics.ts";
import type { Energies } from "./energies.ts";

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

export function channelsOf(baths: readonly ResolvedBath[], driven: boolean): ChannelColumns[] {
  return [
    { name: HAMILTONIAN, A: COLUMN.flowA, B: COLUMN.flowB, all: undefined },
    ...baths.map(({ name }, k) => ({ name, ...bathColumns(k) })),
    ...(driven ? [{ name: WORK, A: COLUMN.workA, B: COLUMN.workB, all: COLUMN.work }] : []),
  ];
}

/** From one row. */
export function flowsAt(row: ArrayLike<number>, baths: readonly ResolvedBath[], driven: boolean): Flows {
  return Object.fromEntries(
    channelsOf(baths, driven).map(({ name, A, B, all }) => {
      const [a, b] = [row[A]!, row[B]!];
      return [name, { A: a, B: b, chi: (all === undefined ? 0 : row[all]!) - a - b }];
    }),
  );
}

/** From one row. */
export function ratesAt(row: ArrayLike<number>, baths: readonly ResolvedBath[]): EnergyRates {
  const flows = Object.entries(flowsAt(row, baths, true));
  const sum = (of: keyof Flow, which: (name: string) => boolean = () => true) =>
    flows.reduce((total, [name, flow]) => (which(name) ? total + flow[of] : total), 0);
  const [A, B, chi] = [sum("A"), sum("B"), sum("chi")];
  const notWork = (name: string) => name !== WORK;
  return {
    U: A + B + chi,
    UA: row[COLUMN.rateA]!,
    UB: row[COLUMN.rateB]!,
    Ulocal: A + B,
    Uchi: chi,
    inflowA: sum("A", notWork),
    inflowB: sum("B", notWork),
  };
}
