/**
 * Strong orders of the schemes of continuous measurement, as slopes: the same noise, and the same record, in steps of different length.
 */
import { describe, expect, it } from "vitest";
import { SCHEME_EULER, SCHEME_MILSTEIN, SCHEME_ROUCHON, SCHEME_TAYLOR } from "../../assembly/constants.ts";
import { Operator } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { cases, follower, type Path } from "../support/measured.ts";
import { slope } from "../support/order.ts";

const END = 0.5;
const FINEST = 8192;
const COARSE = [64, 128, 256, 512];
const PATHS = 40;

/** A Wiener path in steps of END/FINEST: increments, and their integrals over the step. */
function path(index: number, channels: number): Path {
  const h = END / FINEST;
  const normals = getKernel().frame((kernel) => {
    const count = 2 * channels * FINEST;
    const out = kernel.allocate(8 * count, "test");
    kernel.functions.randomNumbers(99, 0, index, 0, 1, count, out);
    return kernel.doubles.slice(out / 8, out / 8 + count);
  });
  const pick = (j: number, of: (a: number, b: number) => number) =>
    Float64Array.from({ length: FINEST }, (_, k) => {
      const at = 2 * (channels * k + j);
      return of(normals[at]!, normals[at + 1]!);
    });
  const all = Array.from({ length: channels }, (_, j) => j);
  return {
    increments: all.map((j) => pick(j, (a) => Math.sqrt(h) * a)),
    integrals: all.map((j) => pick(j, (a, b) => 0.5 * h ** 1.5 * (a + b / Math.sqrt(3)))),
  };
}

/** The same path in fewer steps. */
function coarser({ increments, integrals }: Path, count: number): Path {
  const ratio = increments[0]!.length / count;
  const h = END / increments[0]!.length;
  const sums = increments.map((fine, j) => {
    const [steps, areas] = [new Float64Array(count), new Float64Array(count)];
    for (let k = 0; k < fine.length; k++) {
      const at = Math.floor(k / ratio);
      areas[at]! += integrals[j]![k]! + h * steps[at]!;
      steps[at]! += fine[k]!;
    }
    return [steps, areas] as const;
  });
  return { increments: sums.map(([steps]) => steps), integrals: sums.map(([, areas]) => areas) };
}

const distance = (a: Float64Array, b: Float64Array) => Math.sqrt(a.reduce((sum, x, k) => sum + (x - b[k]!) ** 2, 0));

const orders: [string, number, number][] = [
  ["Euler and Maruyama", SCHEME_EULER, 0.5],
  ["Milstein", SCHEME_MILSTEIN, 1],
  ["Taylor", SCHEME_TAYLOR, 1.5],
  ["Rouchon", SCHEME_ROUCHON, 1],
];

describe.each(Object.keys(cases))("%s", (name) => {
  const one = cases[name]!;
  const channels = one.measured.channels.length;
  const schemes = orders.filter(([, scheme]) => scheme !== SCHEME_ROUCHON || one.state instanceof Operator);
  const exactly = follower(one, SCHEME_TAYLOR, END);
  /** The slope of errors, where steps follow what `kind` says of one path in more or less of them. */
  const found = (scheme: number, kind: "noise" | "record"): number => {
    const follow = follower(one, scheme, END);
    const errors = COARSE.map(() => 0);
    for (let p = 0; p < PATHS; p++) {
      const noise = path(p, channels);
      const exact = exactly(kind === "noise" ? { noise } : { draw: FINEST }, p);
      COARSE.forEach((count, k) => {
        const given = { [kind]: coarser(kind === "noise" ? noise : exact.record, count) };
        errors[k]! += distance(follow(given).state, exact.state) ** 2 / PATHS;
      });
    }
    return slope(
      COARSE.map((count) => END / count),
      errors.map(Math.sqrt),
    );
  };

  it.each(schemes)("%s: strong order, driven by a noise", (_, scheme, order) => {
    expect(Math.abs(found(scheme, "noise") - order)).toBeLessThan(0.2);
  });

  it.each(schemes)("%s: strong order, driven by a record", (_, scheme, order) => {
    expect(Math.abs(found(scheme, "record") - order)).toBeLessThan(0.2);
  });
});
