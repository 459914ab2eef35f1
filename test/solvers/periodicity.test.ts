/**
 * Whether what is called periodic is: coefficients compared with themselves one period later.
 */
import { describe, expect, it } from "vitest";
import {
  type Coefficient,
  callable,
  floquet,
  floquetSteadystate,
  NotPeriodicError,
  piecewise,
  pulse,
  samples,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  type TimeFunction,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";

const T = 2 * Math.PI;
const cosine = pulse.cosine({ omega: 1 });
const H = (f: Coefficient | TimeFunction) => [sigmaz(), [sigmax(), f]] as const;

function caught(run: () => unknown): NotPeriodicError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(NotPeriodicError);
    return error as NotPeriodicError;
  }
  throw new Error("nothing was thrown");
}

describe("a coefficient of another period is refused", () => {
  const long = uniformTimes(20, 401);
  it.each<[string, Coefficient | TimeFunction]>([
    ["a pulse", pulse.gaussian({ center: 3, sigma: 0.5 })],
    ["another frequency", pulse.sine({ omega: 1.5 })],
    ["a frequency that is off by a millionth", pulse.sine({ omega: 1.000001 })],
    ["a sum, of which one part fits", cosine.add(pulse.sine({ omega: 0.9 }).mul(0.01))],
    ["a product, of which one part fits", cosine.mul(pulse.ramp({ from: 0, to: 100 }))],
    ["a square wave", pulse.squareWave({ period: 6 })],
    ["a function", (t: number) => Math.sin(1.1 * t)],
    ["a function that jumps", callable((t) => (t < 3 ? 1 : 0), { scale: 1 })],
    [
      "samples that are known further on",
      samples(
        long,
        long.map((t) => Math.cos(1.2 * t)),
      ),
    ],
    ["pieces that are known further on", piecewise([0, 3, 7, 10, 20], [1, 2, 1, 3])],
    ["samples of one period times what has another", piecewise([0, 3, T], [1, 2]).mul(pulse.sine({ omega: 1.5 }))],
  ])("%s", (_, f) => {
    const error = caught(() => floquet(H(f), T));
    expect(error).toMatchObject({ code: "NOT_PERIODIC", where: "floquet: H[1]", period: T });
    expect(error.time).toBeGreaterThanOrEqual(0);
    expect(error.time).toBeLessThan(T);
    expect(error.message).toMatch(`at t = ${error.time} it differs from itself one period later by`);
    const { where } = caught(() => floquetSteadystate(H(f), T, { cOps: [sigmam()] }));
    expect(where).toBe("floquetSteadystate: H[1]");
  });

  it("tells the time and the size of the difference", () => {
    const { time, deviation } = caught(() => floquet(H(pulse.sine({ omega: 1.5 })), T));
    // sin(1.5 (t + 2 pi)) = -sin(1.5 t): twice the largest of them, at one of 256 times.
    expect(deviation).toBeCloseTo(2 * Math.abs(Math.sin(1.5 * time)), 12);
    expect(deviation).toBeGreaterThan(1.99);
  });

  it("jumps and rates", () => {
    const wrong = pulse.sine({ omega: 1.5 });
    const steady = (jump: unknown) => floquetSteadystate(H(cosine), T, { cOps: [sigmam(), jump as never] });
    expect(
      caught(() =>
        steady({
          op: sigmap(),
          rate: wrong
            .mul(wrong)
            .add(pulse.sine({ omega: 0.3 }))
            .add(1),
        }),
      ).where,
    ).toBe("floquetSteadystate: cOps[1].rate");
    expect(caught(() => steady([sigmap(), pulse.sine({ omega: 0.8 })])).where).toBe("floquetSteadystate: cOps[1]");
    expect(caught(() => steady([sigmap(), [sigmam(), wrong]])).where).toBe("floquetSteadystate: cOps[1][1]");
  });
});

describe("a coefficient of that period is accepted", () => {
  const short = uniformTimes(T, 101);
  const long = uniformTimes(3 * T, 301);
  it.each<[string, Coefficient | TimeFunction]>([
    ["a harmonic", pulse.sine({ omega: 7, phase: 0.3 })],
    ["a complex constant times one", cosine.mul(3)],
    ["a period typed with nine digits", pulse.cosine({ omega: T / 6.28318531 })],
    ["a square wave", pulse.squareWave({ period: T / 3, start: 0.2, duty: 0.3 })],
    ["a function", (t: number) => Math.exp(Math.sin(t))],
    ["a function that jumps", (t: number) => Math.sign(Math.sin(2 * t))],
    [
      "samples of one period",
      samples(
        short,
        short.map((t) => Math.cos(t) ** 3),
      ),
    ],
    ["samples of one period that jump at its end", samples(short, short, { order: 1 })],
    [
      "samples of three periods",
      samples(
        long,
        long.map((t) => Math.cos(t) ** 3),
      ),
    ],
    ["pieces of one period", piecewise([0, 1, T], [1, -1])],
    ["a function of the time modulo the period", (t: number) => Math.exp(-(((t % T) - 3) ** 2))],
    ["zero", cosine.mul(0)],
  ])("%s", (_, f) => {
    expect(floquet(H(f), T).period).toBe(T);
  });

  it("the phase of a jump is none of its generator's", () => {
    const run = (f: Coefficient) => floquetSteadystate(H(cosine), T, { cOps: [[sigmam(), f]] }).initialState;
    const half = pulse.cosine({ omega: 0.5 });
    expect(
      run(half.mul(pulse.rotation({ omega: 0.3 })))
        .sub(run(half))
        .maxAbs(),
    ).toBeLessThan(1e-9);
  });
});
