/**
 * The classical Runge-Kutta method: for a constant generator one step is the Taylor polynomial of degree 4, in either form and for every
 * remainder of the dimension by the tiles.
 */
import { describe, expect, it } from "vitest";
import { STATUS_DONE } from "../../assembly/constants.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { type Form, putEvolution, putVectors, represent } from "../support/forms.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const dimensions = [...Array.from({ length: 24 }, (_, k) => k + 1), 31, 32, 33, 34, 63, 64, 65, 97];

describe.each<Form>(["matrix", "coordinates"])("an rk4 step in %s form", (form) => {
  it.each(form === "matrix" ? dimensions : dimensions.slice(0, 12))("d = %i", (d) => {
    const random = generator(d);
    const rho = randomState(random, [d]).hermitianPart();
    const H = randomHermitian(random, [d]);
    const jumps = [randomOperator(random, [d], 0.3)];
    const h = 0.3 / d;
    getKernel().frame((kernel) => {
      const vectors = putVectors(kernel, represent(form, H, jumps, rho));
      const y = vectors.vector(rho);
      const exact = vectors.read(y);
      let [term, image] = [vectors.vector(rho), vectors.vector(rho)];
      let scale = 1;
      for (let k = 1; k <= 4; k++) {
        kernel.functions.rightHandSide(vectors.superoperator, term, image);
        scale *= h / k;
        vectors.read(image).forEach((x, i) => {
          exact[i]! += scale * x;
        });
        [term, image] = [image, term];
      }
      const evolution = putEvolution(kernel, vectors, "rk4", y, [0, h], { step: h });
      const canary = kernel.allocate(4096, "test");
      expect(kernel.functions.evolutionAdvance(evolution, 2)).toBe(STATUS_DONE);
      const reached = vectors.read(kernel.functions.evolutionState(evolution) >>> 0);
      // ‖hL‖ is below 2, elements of rho below 1; sums of some 4 d numbers in each of four applications.
      const rounding = 64 * d * Number.EPSILON;
      reached.forEach((x, i) => {
        expect(Math.abs(x - exact[i]!)).toBeLessThanOrEqual(rounding);
      });
      expect(kernel.doubles.slice(canary / 8, canary / 8 + 512).every((x) => x === 0)).toBe(true);
      if (form === "matrix") {
        const { stride, plane } = kernel.layout(d);
        for (let i = 0; i < d; i++) {
          for (let j = 0; j < d; j++) {
            expect(reached[i * stride + j]).toBe(reached[j * stride + i]);
            expect(reached[plane + i * stride + j]! + reached[plane + j * stride + i]!).toBe(0);
          }
          for (let j = d; j < stride; j++) expect(reached[i * stride + j]).toBe(0);
        }
      }
    });
  });
});
