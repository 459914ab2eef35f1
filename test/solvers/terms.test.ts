/**
 * What coefficients are given, and what of them is refused.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  type Coefficient,
  Coefficient as Coefficients,
  callable,
  coefficientFrom,
  InvalidArgumentError,
  mesolve,
  pulse,
  sesolve,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { spin } from "../support/spin.ts";

const { up } = spin;
const eOps = { z: sigmaz() };

describe("a solver's args", () => {
  const f = (_t: number, args?: { g: number }) => args?.g ?? 2;
  const zOf = (coefficient: Coefficient, args: unknown) => [
    mesolve([[sigmax(), coefficient]], up, [0, 1], { eOps, args, rtol: 1e-10 }).expect.z[1]!,
    sesolve([[sigmax(), coefficient]], basis(2, 0), [0, 1], { eOps, args, rtol: 1e-10 }).expect.z[1]!,
  ];

  it.each([
    ["itself", callable(f, { scale: 1 }), 0.5],
    ["in a sum", callable(f, { scale: 1 }).add(0.25), 0.75],
    ["in a product", pulse.square({ from: -1, to: 5 }).mul(callable(f, { scale: 1 }).mul(3)), 1.5],
    ["conjugated", callable(f, { scale: 1 }).conj(), 0.5],
  ])("reach a callable: %s", (_name, coefficient, g) => {
    for (const z of zOf(coefficient, { g: 0.5 })) expect(z).toBeCloseTo(Math.cos(2 * g), 8);
  });

  it("do not take the place of its own", () => {
    for (const z of zOf(callable(f, { scale: 1, args: { g: 0.3 } }), { g: 0.5 }))
      expect(z).toBeCloseTo(Math.cos(0.6), 8);
    for (const z of zOf(callable(f, { scale: 1 }), undefined)) expect(z).toBeCloseTo(Math.cos(4), 8);
  });

  it("reach rates and jumps", () => {
    const rate = callable((_t, args?: { g: number }) => args?.g ?? 0, { scale: 1 });
    const run = mesolve(sigmaz(), up, [0, 1], { eOps, args: { g: 0.7 }, cOps: [{ op: sigmam(), rate }], rtol: 1e-10 });
    expect(run.expect.z[1]).toBeCloseTo(2 * Math.exp(-0.7) - 1, 8);
  });

  it("a value that is asked for twice is computed twice", () => {
    let value = 1;
    const f = callable(() => value);
    expect(f.at(2).re).toBe(1);
    value = 3;
    expect(f.at(2).re).toBe(3);
  });
});

describe("coefficients that are none", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])("the constant %d", (value) => {
    expect(() => Coefficients.constant(value)).toThrow(InvalidArgumentError);
    expect(() => coefficientFrom(JSON.parse(JSON.stringify({ kind: "constant", re: value, im: 0 })))).toThrow(
      InvalidArgumentError,
    );
  });

  it.each([
    ["no options", null, /options/],
    ["three ends", { support: [0, 1, 2] }, /support/],
  ])("a callable with %s", (_name, options, message) => {
    expect(() => callable(() => 1, options as object)).toThrow(message);
  });

  it("breakpoints may be a typed array", () => {
    const step = callable((t) => (t < 0.5 ? 0 : 1), {
      scale: 1,
      breakpoints: Float64Array.of(0.5) as unknown as number[],
    });
    expect(mesolve([[sigmax(), step]], up, [0, 1], { eOps }).expect.z[1]).toBeCloseTo(Math.cos(1), 5);
  });

  it("recipes and sums that are nested too deeply for the stack", () => {
    let recipe: unknown = { kind: "constant", re: 1, im: 0 };
    for (let k = 0; k < 1e5; k++) recipe = { kind: "conjugate", of: recipe };
    expect(() => coefficientFrom(recipe as never)).toThrow(/levels at most/);
    const one = pulse.sine({ omega: 1 });
    const grow = (count: number) => Array.from({ length: count }).reduce<Coefficient>((sum) => sum.add(one), one);
    expect(grow(900).at(1).re).toBeCloseTo(901 * Math.sin(1), 9);
    expect(mesolve([[sigmax(), grow(900)]], up, [0, 1], { eOps }).expect.z[1]).toBeCloseTo(
      Math.cos(2 * 901 * (1 - Math.cos(1))),
      5,
    );
    expect(() => grow(5000)).toThrow(/add up in pairs/);
  });
});
