/**
 * Driven damped cavity, H = D a†a + E (a + a†), L = sqrt(k) a, from the vacuum: the state stays coherent, with
 * alpha(t) = (E/w)(exp(-iwt) - 1), w = D - ik/2, so <a> = alpha and <n> = |alpha|².
 */
import { it } from "vitest";
import { destroy, fock, num } from "../../bindings/index.ts";
import { expectLaw, uniformTimes } from "../support/law.ts";

it("driven damped cavity", () => {
  const [D, E, k, N] = [0.5, 0.4, 1, 24];
  const a = destroy(N);
  /** exp(-iwt) - 1, times E/w. */
  const alpha = (t: number) => {
    const decay = Math.exp((-k * t) / 2);
    const [re, im] = [decay * Math.cos(D * t) - 1, -decay * Math.sin(D * t)];
    const [wr, wi] = [D, -k / 2];
    const norm = wr * wr + wi * wi;
    return { re: (E * (re * wr + im * wi)) / norm, im: (E * (im * wr - re * wi)) / norm };
  };
  // The amplitude stays below 0.7: level 24 holds less than 1e-14.
  expectLaw(
    {
      H: num(N).scale(D).add(a.add(a.dag()).scale(E)),
      rho0: fock(N, 0),
      times: uniformTimes(12, 41),
      options: { cOps: [{ op: a, rate: k }], eOps: { a, n: num(N) } },
    },
    (t) => {
      const { re, im } = alpha(t);
      return { a: { re, im }, n: re * re + im * im };
    },
  );
});
