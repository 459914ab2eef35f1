/**
 * What solvers demand of operators and states, of many systems at once. Whatever looks wrong is looked at by itself, by the check that
 * solvers of one system make: its word counts.
 * @module
 */
import { HERMITIAN_TOLERANCE } from "../operators/operator.ts";
import { STATE_TOLERANCE } from "../solvers/checks.ts";
import { hermitianPart, hermiticityDefect, maxAbs, squaredNorm, trace } from "./algebra.ts";
import type { OperatorBatch } from "./operators.ts";
import { arePositive } from "./positivity.ts";

/** Smallest eigenvalues this near the allowed one are looked at by themselves: rounding decides about them. */
const BORDER = 1e-3 * STATE_TOLERANCE;

/** Systems, of many, that a check refuses at first sight. */
type Suspects = number[];

/** The Hermitian parts of Hermitian operators. @param suspect throws, unless the operator of that system is good after all */
export function hermitianOf(batch: OperatorBatch, suspect: (system: number) => void): OperatorBatch {
  const defects = hermiticityDefect(batch);
  if (defects.every((defect) => defect === 0)) return batch;
  const largest = maxAbs(batch);
  suspects(batch, (k) => defects[k]! <= HERMITIAN_TOLERANCE * largest[k]!).forEach(suspect);
  return hermitianPart(batch);
}

/** The Hermitian parts of density matrices. @param suspect as above */
export function densitiesOf(batch: OperatorBatch, suspect: (system: number) => void): OperatorBatch {
  const { re, im } = trace(batch);
  const defects = hermiticityDefect(batch);
  const isHermitian = defects.every((defect) => defect === 0);
  const rho = isHermitian ? batch : hermitianPart(batch);
  const positive = arePositive(rho, STATE_TOLERANCE - BORDER);
  suspects(
    batch,
    (k) => Math.hypot(re[k]! - 1, im[k]!) <= STATE_TOLERANCE && defects[k]! <= STATE_TOLERANCE && positive[k]!,
  ).forEach(suspect);
  return rho;
}

/** Jumps whose L†L does not overflow. @param suspect as above */
export function jumpsOf(batch: OperatorBatch, suspect: (system: number) => void): OperatorBatch {
  const squares = squaredNorm(batch);
  suspects(batch, (k) => Number.isFinite(squares[k]!)).forEach(suspect);
  return batch;
}

function suspects({ count }: OperatorBatch, isGood: (system: number) => boolean): Suspects {
  const out: Suspects = [];
  for (let k = 0; k < count; k++) if (!isGood(k)) out.push(k);
  return out;
}
