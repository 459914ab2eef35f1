/**
 * What an evolution takes of the arena: never more than it says beforehand, and nothing once it runs.
 */
import { describe, expect, it } from "vitest";
import { STATUS_RUNNING, STATUS_STEP_LIMIT } from "../../assembly/constants.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { METHODS } from "../../bindings/solvers/options.ts";
import { type Form, putEvolution, putVectors, represent } from "../support/forms.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const cases = METHODS.flatMap((method) =>
  (["matrix", "coordinates"] as const)
    // Propagators are made of coordinates.
    .filter((form) => form === "coordinates" || method !== "expm")
    .flatMap((form) => [1, 3, 8, 17, 24].map((d): [string, Form, number] => [method, form, d])),
);

describe("the arena of an evolution", () => {
  it.each(cases)("%s, %s form, d = %i", (method, form, d) => {
    const random = generator(d);
    const H = randomHermitian(random, [d]);
    const jumps = [randomOperator(random, [d], 0.3)];
    const rho = randomState(random, [d]).hermitianPart();
    getKernel().frame((kernel) => {
      const vectors = putVectors(kernel, represent(form, H, jumps, rho));
      if (form === "matrix") {
        const G = kernel.putMatrix(noJumpOperator(H, jumps), "test");
        kernel.functions.setNoJump(vectors.superoperator, G);
      }
      const y = vectors.vector(rho);
      const before = kernel.available;
      const evolution = putEvolution(kernel, vectors, method, y, [0, 1], { step: 0.01, maxSteps: 20 });
      expect(evolution).not.toBe(0);
      const taken = before - kernel.available;
      const index = kernel.methods.indexOf(method);
      // What Krylov spaces need is said, what they can use of memory that is free is more: 31 vectors instead of 9.
      const free = ["krylov", "magnus"].includes(method) ? 22 * (8 * vectors.length + 64) : 0;
      // The helper's own times, functionals and room for values: a few blocks.
      expect(taken).toBeLessThanOrEqual(kernel.functions.evolutionBytes(index, vectors.length, 1, 0) + free + 512);
      const running = kernel.available;
      const status = kernel.functions.evolutionAdvance(evolution, 100);
      expect(status).not.toBe(STATUS_RUNNING);
      expect(status).toBeLessThanOrEqual(STATUS_STEP_LIMIT);
      expect(kernel.available).toBe(running);
    });
  });
});
