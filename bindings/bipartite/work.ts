/**
 * Work by functions of the caller's, of which values are known and slopes are not: it is what the energies lack.
 *
 * ∫f' X dt = [f X] - ∫f X' dt, X' from the generator, needs no slope and holds for any f, whatever its kinks and jumps. Of all coefficients
 * together that is the balance W = ΔU - Q; likewise W_A = ΔU_A - ∫(dU_A/dt but for what H' does), and for B.
 * @module
 */
import { COEFFICIENT_CALLABLE } from "../../assembly/constants.ts";
import type { RealFunction } from "../coefficients/real.ts";
import type { ResolvedBath } from "./baths.ts";
import { bathColumns, COLUMN, type Component } from "./energetics.ts";
import type { Energies } from "./energies.ts";
import type { Integrals } from "./ledger.ts";

function isHosted({ kind, operands }: RealFunction): boolean {
  return kind === COEFFICIENT_CALLABLE || operands.some(isHosted);
}

/** Whether a function of the caller's does work. */
export function worksByFunctions(components: readonly Component[]): boolean {
  return components.some(({ coefficient }) => isHosted(coefficient));
}

/** Whether a column is work. */
export function isWork(column: number): boolean {
  return column >= COLUMN.workA && column <= COLUMN.work;
}

/**
 * Integrals with work by the balance of energies: rates of U_A and U_B count what slopes add to them, which is taken out again.
 * @param integrals from {@link COLUMN.rateA} on, without what is gained at jumps
 */
export function balanced(
  integrals: Integrals,
  { U, UA, UB }: Energies<Float64Array>,
  baths: readonly ResolvedBath[],
): Integrals {
  const rest = (energy: Float64Array, gains: readonly Float64Array[], slopes?: Float64Array) =>
    energy.map((value, k) => gains.reduce((left, gain) => left - gain[k]!, value - energy[0]! + (slopes?.[k] ?? 0)));
  const work = new Map([
    [COLUMN.workA, rest(UA, [integrals(COLUMN.rateA)], integrals(COLUMN.workA))],
    [COLUMN.workB, rest(UB, [integrals(COLUMN.rateB)], integrals(COLUMN.workB))],
    [
      COLUMN.work,
      rest(
        U,
        baths.map((_, bath) => integrals(bathColumns(bath).all)),
      ),
    ],
  ] as [number, Float64Array][]);
  return (column) => work.get(column)?.slice() ?? integrals(column);
}

/**
 * What is said where slopes do not give the work that values do.
 * @param left stretches that were not integrated closely enough, `allowed` what the tolerances explain
 */
export function slopeWarnings(defect: number, left: number, allowed: number): string[] {
  return [
    ...(!(defect <= allowed)
      ? [
          `work by the slope of a coefficient that is a function differs by ${defect.toExponential(1)} from work by its values, more than the tolerances explain (${allowed.toExponential(1)}): it has a kink, a jump or something narrow that was not found; integrated work is that by its values, work.rate may miss it; declare it with callable(f, { breakpoints }) or callable(f, { scale })`,
        ]
      : []),
    ...(left > 0
      ? [
          `heat, work and the ledger could not be integrated closely enough in ${left} stretches of the run: a coefficient that is a function jumps there, or is rough`,
        ]
      : []),
  ];
}
