/**
 * Derivatives of coefficients against closed forms, at their jumps and kinks from then on.
 */
import { describe, expect, it } from "vitest";
import { root } from "../../bindings/coefficients/real.ts";
import { slopeOn } from "../../bindings/coefficients/slope.ts";
import { type Coefficient, callable, piecewise, pulse, samples } from "../../bindings/index.ts";

const span = { from: 0, to: 4, times: Float64Array.of(0, 1, 2, 3, 4) };
const slope = slopeOn(span);
const times = [0, 0.3, 1, 1.7, 2, 2.9, 4];
const sampled = Array.from({ length: 9 }, (_, k) => k / 2);
const cubic = (t: number) => 1 - 2 * t + 0.5 * t ** 2 + 0.1 * t ** 3;

describe("the derivative of", () => {
  it.each<[string, Coefficient, (t: number) => number]>([
    ["a sine", pulse.sine({ omega: 2, phase: 0.3 }), (t) => 2 * Math.cos(2 * t + 0.3)],
    ["a chirp", pulse.chirp({ omega: 1, rate: 0.5, start: 1 }), (t) => -t * Math.sin(t - 1 + 0.5 * (t - 1) ** 2)],
    ["an exponential", pulse.exponential({ rate: -0.7, start: 1 }), (t) => -0.7 * Math.exp(-0.7 * (t - 1))],
    ["a Gaussian", pulse.gaussian({ center: 2, sigma: 0.5 }), (t) => -4 * (t - 2) * Math.exp(-2 * (t - 2) ** 2)],
    ["a ramp", pulse.ramp({ from: 1, to: 3 }), (t) => (t >= 1 && t < 3 ? 0.5 : 0)],
    ["a square pulse", pulse.square({ from: 1, to: 3 }), () => 0],
    ["a square wave", pulse.squareWave({ period: 1 }), () => 0],
    ["pieces", piecewise([0, 1, 2, 4], [1, 2, 3]), () => 0],
    ["a cubic spline", samples(sampled, sampled.map(cubic)), (t) => -2 + t + 0.3 * t ** 2],
    [
      "a parabolic spline",
      samples(
        sampled,
        sampled.map((t) => t * t),
        { order: 2 },
      ),
      (t) => 2 * t,
    ],
    ["a polygon", samples([0, 1, 4], [0, 2, -1], { order: 1 }), (t) => (t < 1 ? 2 : -1)],
    [
      "a sum of products",
      pulse
        .sine({ omega: 2 })
        .mul(pulse.cosine({ omega: 3 }))
        .add(pulse.ramp({ from: 0, to: 4 }).mul(5)),
      (t) => 2 * Math.cos(2 * t) * Math.cos(3 * t) - 3 * Math.sin(2 * t) * Math.sin(3 * t) + (t < 4 ? 1.25 : 0),
    ],
  ])("%s", (_name, { re }, exact) => {
    for (const t of times) expect(slope(re, t)).toBeCloseTo(exact(t), 11);
  });

  it("a function of the caller's, to what differences of order 6 and 8 can tell", () => {
    const f = callable((t) => Math.sin(3 * t) * Math.exp(-t)).re;
    const exact = (t: number) => (3 * Math.cos(3 * t) - Math.sin(3 * t)) * Math.exp(-t);
    for (const t of times) expect(slope(f, t)).toBeCloseTo(exact(t), 8);
  });

  it("one that jumps, with no look over the jump", () => {
    const f = callable((t) => (t < 2 ? Math.sin(t) : 5 + Math.cos(t))).re;
    const exact = (t: number) => (t < 2 ? Math.cos(t) : -Math.sin(t));
    for (const t of [...times, 1.999999, 2.000001]) expect(slope(f, t)).toBeCloseTo(exact(t), 6);
  });

  it("a root", () => {
    const f = root(pulse.sine({ omega: 1 }).add(2).re);
    for (const t of times) expect(slope(f, t)).toBeCloseTo(Math.cos(t) / (2 * Math.sqrt(2 + Math.sin(t))), 13);
  });
});
