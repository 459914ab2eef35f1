/**
 * States of qubits and collective operators on them. |0> is the excited state of +sigma_z, and spin up.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkCount, checkDims, isNameIn } from "./checks.ts";
import { Ket } from "./ket.ts";
import { type HermitianOperator, Operator } from "./operator.ts";
import { checkComponent, type SpinComponent } from "./spins.ts";

/** The four states of {@link bellState}: amplitudes of |00>, |01>, |10>, |11>, to be divided by sqrt(2). */
const BELL = {
  "00": [1, 0, 0, 1],
  "01": [1, 0, 0, -1],
  "10": [0, 1, 1, 0],
  "11": [0, 1, -1, 0],
} as const;

/**
 * A Bell state of two qubits: `"00"` (default) (|00> + |11>)/√2, `"01"` (|00> - |11>)/√2, `"10"` (|01> + |10>)/√2,
 * `"11"` (|01> - |10>)/√2. As QuTiP's `bell_state`.
 * @throws {@link InvalidArgumentError}
 */
export function bellState(which: "00" | "01" | "10" | "11" = "00"): Ket {
  if (!isNameIn(BELL, which)) {
    throw new InvalidArgumentError("bellState", which, '"00", "01", "10" or "11"');
  }
  return new Ket(
    [2, 2],
    BELL[which].flatMap((amplitude) => [amplitude * Math.SQRT1_2, 0]),
  );
}

/** The singlet (|01> - |10>)/√2 of two qubits: total spin 0. As QuTiP's `singlet_state`. */
export function singletState(): Ket {
  return bellState("11");
}

/** The triplet |11>, (|01> + |10>)/√2, |00> of two qubits: total spin 1 with m = -1, 0, 1. In the order of QuTiP's
 * `triplet_states`. */
export function tripletStates(): [Ket, Ket, Ket] {
  return [equalSuperposition([2, 2], [3]), bellState("10"), equalSuperposition([2, 2], [0])];
}

/** The state (|00…0> + |11…1>)/√2 of Greenberger, Horne and Zeilinger on `count` qubits (default 3; for one it is
 * (|0> + |1>)/√2). QuTiP's `ghz_state`. @throws {@link InvalidArgumentError} */
export function ghzState(count = 3): Ket {
  const dims = qubitDims(count, "ghzState: count");
  return equalSuperposition(dims, [0, 2 ** count - 1]);
}

/** The state (|10…0> + |01…0> + … + |0…01>)/√count of `count` qubits (default 3). QuTiP's `w_state`.
 * @throws {@link InvalidArgumentError} */
export function wState(count = 3): Ket {
  const dims = qubitDims(count, "wState: count");
  return equalSuperposition(
    dims,
    dims.map((_, k) => 2 ** k),
  );
}

/**
 * Collective spin of `count` qubits (ħ = 1): J_x = ½ Σ sigma_x, likewise J_y and J_z; J_± = J_x ± iJ_y = Σ sigma_±. They act on
 * all 2^count states; {@link jmat} of j = count/2 is the same on the symmetric ones.
 * @throws {@link InvalidArgumentError}
 */
export function collectiveSpin(count: number, component: "x" | "y" | "z"): HermitianOperator;
export function collectiveSpin(count: number, component: SpinComponent): Operator;
export function collectiveSpin(count: number, component: SpinComponent): Operator {
  const dims = qubitDims(count, "collectiveSpin: count");
  checkComponent(component, "collectiveSpin: component");
  const elements: [number, number, number, number][] = [];
  for (let index = 0; index < 2 ** count; index++) {
    if (component === "z") elements.push([index, index, count / 2 - bitCount(index), 0]);
    for (let bit = 1; bit < 2 ** count; bit *= 2) {
      const down = (index & bit) !== 0;
      if (component === "x") elements.push([index ^ bit, index, 0.5, 0]);
      // sigma_y|0> = i|1>, sigma_y|1> = -i|0>
      if (component === "y") elements.push([index ^ bit, index, 0, down ? -0.5 : 0.5]);
      if ((component === "+" && down) || (component === "-" && !down)) elements.push([index ^ bit, index, 1, 0]);
    }
  }
  return Operator.fromTriplets(dims, elements);
}

/** Dimensions of `count` qubits. @throws {@link InvalidArgumentError} */
export function qubitDims(count: number, where: string): number[] {
  checkCount(count, where);
  // So many are too many: no longer list need be made to say so.
  return checkDims(new Array<number>(Math.min(count, 64)).fill(2), where);
}

/** How many qubits of the basis vector `index` are in |1>. */
export function bitCount(index: number): number {
  let count = 0;
  for (let rest = index; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function equalSuperposition(dims: readonly number[], indices: readonly number[]): Ket {
  const data = new Float64Array(2 ** (dims.length + 1));
  for (const index of indices) data[2 * index] = Math.sqrt(1 / indices.length);
  return new Ket(dims, data);
}
