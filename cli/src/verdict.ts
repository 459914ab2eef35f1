/**
 * What `lindblad check` says about a bipartite model: the conditions, the theorem, the product steady state, its baths.
 * @module
 */
import type { BipartiteSystem, Conditions } from "lindblad";
import { wrap } from "./words.ts";

/** Products of numbers that take about ten seconds: for more than this nobody wants to wait. */
const MOST_WORK = 5e8;

/** What handling a row of a sparse matrix takes, in products. */
const SPARSE = 40;

/** What is found about a system. */
export interface Verdict {
  /** Undefined for a system so large that it takes too long. */
  readonly conditions: Conditions | undefined;
  /** Whether H is diagonal and populations are left to themselves, and why not; the initial state included. */
  readonly classical: { readonly applies: boolean; readonly reasons: readonly string[] };
  readonly baths: readonly {
    readonly name: string;
    readonly site: string;
    readonly beta: number | undefined;
    readonly jumps: number;
    /** Baths with a temperature obey it, or the model is refused. */
    readonly detailedBalance: boolean;
    readonly degenerate: readonly (readonly [number, number])[];
  }[];
  readonly warnings: readonly string[];
}

/** The verdict on a system and its initial state. */
export function verdictOf(system: BipartiteSystem, rho0: Parameters<BipartiteSystem["classical"]>[0]): Verdict {
  const { HA, HB, V, H } = system;
  const work = (HA.size ** 2 + HB.size ** 2) * ((V.nnz * (H.nnz + V.nnz)) / H.size + SPARSE * H.size);
  const { applies, reasons } = system.classical(rho0);
  return {
    conditions: work > MOST_WORK ? undefined : system.conditions(),
    classical: { applies, reasons },
    baths: system.baths.map(({ name, site, beta, jumps, degenerate }) => ({
      name,
      site,
      beta,
      jumps: jumps.length,
      detailedBalance: beta !== undefined,
      degenerate,
    })),
    warnings: system.warnings,
  };
}

/** In lines of at most 60 columns. */
export function verdictWords({ conditions, classical, baths, warnings }: Verdict): string {
  const thermal = baths.filter(({ beta }) => beta !== undefined);
  const names = thermal.map(({ name, beta }) => `${name} (beta ${beta})`).join(", ");
  const free = baths.filter(({ beta }) => beta === undefined).map(({ name }) => name);
  const degenerate = baths.filter((bath) => bath.degenerate.length > 0).map(({ name }) => name);
  const lines = [
    ...(conditions?.verdict ?? ["Conditions: not decided, the system is too large for that."]),
    thermal.length === 0 ? "Detailed balance: no bath has a temperature." : `Detailed balance: obeyed by ${names}.`,
    ...(free.length === 0 ? [] : [`Baths without a temperature: ${free.join(", ")}.`]),
    degenerate.length === 0
      ? "Degenerate levels: none that a bath is built on."
      : `Degenerate levels: under ${degenerate.join(", ")}.`,
    classical.applies
      ? "Classical: populations alone, d numbers instead of d²."
      : `Not classical: ${classical.reasons[0]}.`,
    ...warnings.map((warning) => `Note: ${warning}`),
  ];
  return lines.map((line) => wrap(line)).join("\n");
}
