/**
 * Systems whose correlation storage is tested, and local unitaries to turn them by.
 */
import { type BipartiteSystem, bipartite, Operator, tensor, thermalBath } from "../../bindings/index.ts";
import { eigenHermitian } from "../../bindings/kernel/dense.ts";
import { generator, randomHermitian } from "../support/random.ts";

/** Levels of H_A, H_B and the diagonals of O_A, O_B in V = 0.3 O_A ⊗ O_B. */
const LEVELS = { HA: [0, 1, 2.3], HB: [0, 0.8, 1.9], OA: [1, 0.3, -0.9], OB: [0.2, -1, 0.5] };

export function diagonal(...values: readonly number[]): Operator {
  return Operator.fromTriplets(
    [values.length],
    values.map((x, k) => [k, k, x, 0] as const),
  );
}

/** Two unitaries of random eigenvectors. */
export function localUnitary(seed: number, dA: number, dB: number): [Operator, Operator] {
  const random = generator(seed);
  return [dA, dB].map((d) => {
    const { vectors } = eigenHermitian(randomHermitian(random, [d]));
    return Operator.dense(
      [d],
      vectors.flatMap((vector) => [...vector]),
    );
  }) as [Operator, Operator];
}

/** Two qutrits whose Hamiltonians and coupling are diagonal, in bases of one's choice; A and B in the other order when `swapped`. */
export function qutrits([UA, UB]: readonly Operator[] = [], swapped = false): BipartiteSystem {
  const turn = (O: Operator, U: Operator | undefined) => (U ? U.mul(O).mul(U.dag()).hermitianPart() : O);
  const parts = [
    { H: turn(diagonal(...LEVELS.HA), UA), O: turn(diagonal(...LEVELS.OA), UA), beta: 0.5 },
    { H: turn(diagonal(...LEVELS.HB), UB), O: turn(diagonal(...LEVELS.OB), UB), beta: 1.2 },
  ];
  const [A, B] = swapped ? parts.reverse() : parts;
  return bipartite({
    HA: A!.H,
    HB: B!.H,
    V: tensor(A!.O, B!.O).scale(0.3),
    baths: [thermalBath("A", { beta: A!.beta }), thermalBath("B", { beta: B!.beta })],
  });
}
