/**
 * Loss from a Fock state, L = sqrt(k) a: p_j(t) = C(n, j) h^j (1 - h)^(n - j), h = exp(-kt). Exact in any truncation.
 */
import { expect, it } from "vitest";
import { destroy, fock, ket2dm, num } from "../../bindings/index.ts";
import { expectLaw, uniformTimes } from "../support/law.ts";

it("loss from a Fock state", () => {
  const [n, N, k] = [7, 9, 0.8];
  const binomial = (j: number) => Array.from({ length: j }, (_, i) => (n - i) / (i + 1)).reduce((x, y) => x * y, 1);
  expect(binomial(3)).toBeCloseTo(35, 12);
  expectLaw(
    {
      H: num(N).scale(1.3),
      rho0: fock(N, n),
      times: uniformTimes(4, 21),
      options: {
        cOps: [{ op: destroy(N), rate: k }],
        eOps: Object.fromEntries(Array.from({ length: N }, (_, j) => [`p${j}`, ket2dm(fock(N, j))])),
      },
    },
    (t) => {
      const h = Math.exp(-k * t);
      return Object.fromEntries(
        Array.from({ length: N }, (_, j) => [`p${j}`, j > n ? 0 : binomial(j) * h ** j * (1 - h) ** (n - j)]),
      );
    },
  );
});
