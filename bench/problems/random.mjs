/** A problem without structure: everything dense. Only the suite that compares nothing with peers has it. */
import { Operator } from "lindblad";
import { linspace, transition } from "./parts.mjs";

export function randomDense(levels) {
  const next = uniform(levels);
  const noise = () => {
    const data = Float64Array.from({ length: 2 * levels * levels }, () => next() - 0.5);
    return Operator.dense([levels], data).scale(1 / Math.sqrt(levels));
  };
  const X = noise();
  return {
    key: `random:${levels}`,
    title: `dense H and one dense jump, ${levels} levels`,
    d: levels,
    times: linspace(0, 10, 51),
    rtol: 1e-6,
    atol: 1e-8,
    points: [
      {
        H: X.add(X.dag()),
        rho0: transition([levels], 0, 0),
        jumps: [noise()],
        observables: { first: transition([levels], 0, 0) },
      },
    ],
  };
}

/** Uniform numbers from 0 to 1, the same ones for the same seed: T. Ettinger's mulberry32. */
export function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
