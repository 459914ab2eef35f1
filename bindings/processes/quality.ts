/**
 * Whether a map of states is a process, and how near to a gate it is.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { singularValues } from "../measures/spectrum.ts";
import { qeye } from "../operators/builders.ts";
import { checkSameDims } from "../operators/checks.ts";
import { overlap, traceOfProduct } from "../operators/expectation.ts";
import { checkOperator, Operator } from "../operators/operator.ts";
import { operatorToVector, sprepost } from "../operators/superoperators.ts";
import { krausOf, PROCESS_TOLERANCE, type Process, readProcess, toChoi } from "./representations.ts";

/**
 * Whether a map is completely positive: its {@link toChoi | Choi matrix} Hermitian, and no eigenvalue below 0, to 1e-10 of the largest. QuTiP's `iscp`.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}
 */
export function isCompletelyPositive(process: Process): boolean {
  const choi = toChoi(process);
  if (!choi.isHermitian(PROCESS_TOLERANCE)) return false;
  const values = eigenvaluesHermitian(choi.hermitianPart());
  return values[0]! >= -PROCESS_TOLERANCE * Math.max(1, values.at(-1)!);
}

/**
 * Whether a map keeps the trace of every operator: sum K†K = 1, to 1e-10. QuTiP's `istp`.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}
 */
export function isTracePreserving(process: Process): boolean {
  return traceDefect(readProcess(process, "isTracePreserving").superoperator) <= PROCESS_TOLERANCE;
}

/** Largest element of E†(1) - 1. */
function traceDefect(superoperator: Operator): number {
  const d = Math.sqrt(superoperator.size);
  // Rows of <1|S, the sum of those that the trace adds up.
  const trace = new Float64Array(2 * superoperator.size);
  superoperator.forEachNonzero((row, column, re, im) => {
    if (Math.floor(row / d) !== row % d) return;
    trace[2 * column]! += re;
    trace[2 * column + 1]! += im;
  });
  for (let k = 0; k < d; k++) trace[2 * (k * d + k)]! -= 1;
  return trace.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
}

/**
 * Process (entanglement) fidelity to a gate U, Tr[S_U† S]/d² = sum |Tr[U†K]|²/d²: what is left of a maximally entangled pair of which one half went
 * through U†E, from 0 to 1 (Schumacher, Phys. Rev. A 54 (1996) 2614; Nielsen, Phys. Lett. A 303 (2002) 249, eq. (2)). To another
 * process the square of the {@link fidelity} of the two Choi matrices over d, ‖Tr[K_i†L_j]‖₁²/d² (Gilchrist, Langford, Nielsen, Phys. Rev. A 71 (2005)
 * 062310, eq. (31)). QuTiP's `process_fidelity`.
 * @param target a unitary operator, or a process; default the identity
 * @throws {@link InvalidArgumentError} (a gate that is not unitary; of two processes one that is not completely positive), {@link NotHermitianError} (one that
 * does not keep Hermitian operators so), {@link DimensionMismatchError}
 * @example
 * processFidelity(toSuper([qeye(2).scale(Math.sqrt(0.9)), sigmax().scale(Math.sqrt(0.1))])); // 0.9
 */
export function processFidelity(process: Process, target?: Process): number {
  const where = "processFidelity";
  const { superoperator, dims } = readProcess(process, where);
  if (target === undefined || (target instanceof Operator && target.dims.length <= dims.length)) {
    return fidelityToGate(superoperator, dims, target, where);
  }
  checkSameDims(dims, readProcess(target, where, "target").dims, `${where}: target`);
  const K = process instanceof Operator ? krausOf(process, where) : process;
  const L = target instanceof Operator ? krausOf(target, where, "target") : target;
  // The fidelity of states AA† and BB† is ‖A†B‖₁, whatever the columns: those of a Choi matrix are Kraus operators.
  const daggers = K.map((operator) => operator.dag());
  const overlaps = singularValues(K.length, L.length, (i, j) => {
    const { re, im } = traceOfProduct(daggers[i]!, L[j]!);
    return [re, im];
  });
  return overlaps.reduce((sum, value) => sum + value, 0) ** 2 / superoperator.size;
}

/** @throws {@link InvalidArgumentError} */
export function checkUnitary(U: Operator, where: string): void {
  checkOperator(U, where);
  const defect = U.dag().mul(U).sub(qeye(U.dims)).maxAbs();
  if (defect > PROCESS_TOLERANCE) {
    const fault = `an operator with |U†U - 1| = ${defect.toExponential(3)}`;
    throw new InvalidArgumentError(where, fault, "a unitary operator");
  }
}

function fidelityToGate(
  superoperator: Operator,
  dims: readonly number[],
  target: Operator | undefined,
  where: string,
): number {
  const U = target ?? qeye(dims);
  checkOperator(U, `${where}: target`);
  checkSameDims(dims, U.dims, `${where}: target`);
  checkUnitary(U, `${where}: target`);
  return traceOfProduct(sprepost(U.dag(), U), superoperator).re / superoperator.size;
}

/**
 * Average gate fidelity, the mean of <psi|U† E(|psi><psi|) U|psi> over all kets, F = (d F_pro + 1)/(d + 1) (Nielsen, Phys. Lett. A 303
 * (2002) 249, eq. (3)): from 1/(d + 1) to 1, F_pro the {@link processFidelity}. QuTiP's `average_gate_fidelity`.
 * @param target unitary; default the identity
 * @throws {@link InvalidArgumentError} (a target that is not unitary, a process that does not keep the trace), {@link DimensionMismatchError}
 * @example
 * averageGateFidelity(propagator(sigmax().scale(0.5), Math.PI, { cOps: [{ op: sigmam(), rate: 0.01 }] }), sigmax()); // 0.99
 */
export function averageGateFidelity(process: Process, target?: Operator): number {
  const where = "averageGateFidelity";
  const { superoperator, dims } = readProcess(process, where);
  const defect = traceDefect(superoperator);
  if (defect > PROCESS_TOLERANCE) {
    throw new InvalidArgumentError(
      `${where}: process`,
      `one with |E†(1) - 1| = ${defect.toExponential(3)}`,
      "a process that keeps the trace",
    );
  }
  const d = Math.sqrt(superoperator.size);
  return (d * fidelityToGate(superoperator, dims, target, where) + 1) / (d + 1);
}

/**
 * Unitarity ‖E'‖²/(d² - 1), E' what E makes of operators without trace, its own trace taken off: from 0 to 1, 1 of unitaries alone, whichever they
 * are (Wallman, Granade, Harper, Flammia, New J. Phys. 17 (2015) 113020, eq. (10)). QuTiP's `unitarity`. NaN of one level.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}
 */
export function unitarity(process: Process): number {
  const { superoperator, dims } = readProcess(process, "unitarity");
  const d = Math.sqrt(superoperator.size);
  const identity = operatorToVector(qeye(dims).scale(1 / Math.sqrt(d)));
  const [image, preimage] = [superoperator.apply(identity), superoperator.dag().apply(identity)];
  // ‖QSQ‖² with Q = 1 - |1><1|/d
  const corner = overlap(identity, image);
  const norm = superoperator.norm() ** 2 - image.norm() ** 2 - preimage.norm() ** 2 + corner.re ** 2 + corner.im ** 2;
  return norm / (d * d - 1);
}
