/**
 * Coefficients: the kernel computes what their definitions say, and each knows where it jumps, where it is zero and how fast it is.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { overlay, type Span, type Stretch } from "../../bindings/coefficients/real.ts";
import { intervalsOf, putTable, tableOf } from "../../bindings/coefficients/table.ts";
import {
  basis,
  Coefficient,
  callable,
  coefficientFrom,
  InvalidArgumentError,
  mesolve,
  piecewise,
  pulse,
  samples,
  sigmam,
  sigmap,
  sigmaz,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { generator } from "../support/random.ts";

const span: Span = { from: -1, to: 6, times: Float64Array.of(-1, 0, 2.5, 6) };
const ts = Array.from({ length: 29 }, (_, k) => -1.5 + (k * 8) / 28);
const wave = ts.map((t) => Math.sin(1.3 * t) - 0.2 * t);

/** Name, coefficient, its definition. */
const cases: [string, Coefficient, (t: number) => number | { re: number; im: number }][] = [
  ["constant", Coefficient.constant({ re: 2, im: -1 }), () => ({ re: 2, im: -1 })],
  ["gaussian", pulse.gaussian({ center: 2, sigma: 0.7 }), (t) => Math.exp(-((t - 2) ** 2) / (2 * 0.49))],
  ["sine", pulse.sine({ omega: 3, phase: 0.4 }), (t) => Math.sin(3 * t + 0.4)],
  ["cosine", pulse.cosine({ omega: -2.2 }), (t) => Math.cos(2.2 * t)],
  ["sine of frequency 0", pulse.sine({ omega: 0, phase: 0.4 }), () => Math.sin(0.4)],
  ["cosine of frequency 0", pulse.cosine({ omega: 0, phase: 0.4 }), () => Math.cos(0.4)],
  [
    "rotation",
    pulse.rotation({ omega: 1.5, phase: 1 }),
    (t) => ({ re: Math.cos(1.5 * t + 1), im: Math.sin(1.5 * t + 1) }),
  ],
  ["square", pulse.square({ from: 0.5, to: 3 }), (t) => (t >= 0.5 && t < 3 ? 1 : 0)],
  [
    "square wave",
    pulse.squareWave({ period: 0.7, start: 0.1, duty: 0.3 }),
    (t) => (((t - 0.1) / 0.7 + 10) % 1 < 0.3 ? 1 : 0),
  ],
  ["ramp", pulse.ramp({ from: 1, to: 3 }), (t) => Math.min(Math.max((t - 1) / 2, 0), 1)],
  [
    "smooth ramp",
    pulse.smoothRamp({ from: 1, to: 3 }),
    (t) => Math.sin((Math.PI / 4) * (Math.min(Math.max(t, 1), 3) - 1)) ** 2,
  ],
  ["chirp", pulse.chirp({ omega: 1, rate: 0.8, phase: 0.3 }), (t) => Math.cos(0.3 + t + 0.8 * t * t)],
  [
    "chirp from a time of its own",
    pulse.chirp({ omega: 1, rate: 0.8, phase: 0.3, start: 2 }),
    (t) => Math.cos(0.3 + (t - 2) + 0.8 * (t - 2) ** 2),
  ],
  ["chirp of rate 0", pulse.chirp({ omega: 1, rate: 0 }), (t) => Math.cos(t)],
  ["exponential", pulse.exponential({ rate: -0.6, start: 1 }), (t) => Math.exp(-0.6 * (t - 1))],
  ["held samples", samples(ts, wave, { order: 0 }), (t) => wave[Math.floor(((t + 1.5) * 28) / 8)]!],
  ["piecewise", piecewise([-1, 0.5, 2, 7], [3, -1, 0.25]), (t) => (t < 0.5 ? 3 : t < 2 ? -1 : 0.25)],
  ["callable", callable((t) => ({ re: t * t, im: -t })), (t) => ({ re: t * t, im: -t })],
  [
    "sum",
    pulse
      .sine({ omega: 2 })
      .add(pulse.ramp({ from: 0, to: 4 }))
      .add(0.5),
    (t) => Math.sin(2 * t) + Math.min(Math.max(t / 4, 0), 1) + 0.5,
  ],
  [
    "product of complex ones",
    pulse
      .rotation({ omega: 1 })
      .mul(pulse.rotation({ omega: 2 }).conj())
      .mul({ re: 0, im: 2 }),
    (t) => ({ re: 2 * Math.sin(t), im: 2 * Math.cos(t) }),
  ],
];

/** The kernel's values of both parts at t, jumps taken as at `inside`. */
function kernelValue(coefficient: Coefficient, t: number, inside = t): { re: number; im: number } {
  return getKernel().frame((kernel) => {
    const table = tableOf([coefficient.re, coefficient.im]);
    const { pointer, release } = putTable(kernel, table, "test");
    kernel.onRelease(release);
    const values = kernel.allocate(8 * table.entries.length, "test");
    kernel.functions.coefficientValues(pointer, table.entries.length, t, inside, values);
    const [re, im] = table.positions.map((position) => kernel.doubles[values / 8 + position]!);
    return { re: re!, im: im! };
  });
}

describe.each(cases)("%s", (name, coefficient, definition) => {
  const random = generator(501);
  const times = Array.from({ length: 200 }, () => -1 + 7 * random());

  it("has its values, here and in the kernel", () => {
    for (const t of times) {
      const exact = definition(t);
      const { re, im } = typeof exact === "number" ? { re: exact, im: 0 } : exact;
      for (const value of [coefficient.at(t), kernelValue(coefficient, t)]) {
        // Phases up to 40 and sums of a few terms, each rounded.
        expect(Math.hypot(value.re - re, value.im - im)).toBeLessThan(
          100 * Number.EPSILON * Math.max(1, Math.hypot(re, im)),
        );
      }
    }
  });

  it("is data, but for functions", () => {
    const recipe = JSON.stringify(coefficient);
    if (name === "callable") {
      expect(recipe).toBeUndefined();
      return;
    }
    const again = coefficientFrom(JSON.parse(recipe));
    for (const t of times.slice(0, 20)) expect(again.at(t)).toEqual(coefficient.at(t));
    expect(again.re.stretches(span)).toEqual(coefficient.re.stretches(span));
  });

  it("covers the span in order, and is told apart at its jumps", () => {
    for (const part of [coefficient.re, coefficient.im]) {
      const stretches = part.stretches(span);
      expect(stretches.at(-1)!.end).toBe(span.to);
      stretches.forEach(({ end, limit, zero, hard }, k) => {
        const begin = k === 0 ? span.from : stretches[k - 1]!.end;
        expect(end).toBeGreaterThan(begin);
        expect(limit).toBeGreaterThan(0);
        for (let j = 0; j <= 8; j++) {
          const t = begin + ((end - begin) * (j + 0.5)) / 9;
          if (zero) expect(Math.abs(part.at(t))).toBeLessThan(1e-15);
        }
        if (!hard && k < stretches.length - 1) {
          // No jump where none is said to be: 1e-9 away the value is the same but for the slope, which is below 10.
          expect(Math.abs(part.at(end + 1e-9) - part.at(end - 1e-9))).toBeLessThan(1e-7);
        }
      });
    }
  });
});

it("sines and cosines of any angle: those of 1.6e6 to 4.2e6 had wrong signs", () => {
  const random = generator(502);
  const [sine, cosine] = [pulse.sine({ omega: 1 }), pulse.rotation({ omega: 1 })];
  const near = Array.from({ length: 4000 }, (_, k) => 1.55e6 + 700 * k * (1 + 1e-3 * random()));
  const far = Array.from({ length: 1000 }, () => 10 ** (-3 + 303 * random()));
  // Angles at which a sine or a cosine nearly vanishes, and the ends of the range.
  const turns = Array.from({ length: 400 }, (_, k) => (1.04e6 + 4111 * k) * (Math.PI / 2));
  for (const t of [...near, ...far, ...turns, 1.6e6, 2 ** 20 * (Math.PI / 2), 2 ** 22, 2 ** 22 - 1, 0]) {
    for (const at of [t, -t]) {
      const { re, im } = kernelValue(cosine, at);
      // 1e-19: what pi has behind its second part.
      expect(Math.abs(re - Math.cos(at))).toBeLessThanOrEqual(Number.EPSILON * Math.abs(re) + 1e-19);
      expect(Math.abs(im - Math.sin(at))).toBeLessThanOrEqual(Number.EPSILON * Math.abs(im) + 1e-19);
      expect(kernelValue(sine, at).re).toBe(im);
    }
  }
});

it("a rotation and the opposite one are conjugates to the last bit, here and in the kernel", () => {
  const omega = 10 * Math.PI;
  const [left, right] = [-1, 1].map((sign) => pulse.rotation({ omega: sign * omega, phase: sign * 0.3 })) as [
    Coefficient,
    Coefficient,
  ];
  for (const t of [0.1, 7e3, 1.8e4, 6.3e4, 1e6, 1e9]) {
    for (const value of [(c: Coefficient) => c.at(t), (c: Coefficient) => kernelValue(c, t)]) {
      const [a, b] = [value(left), value(right)];
      expect([a.re, a.im]).toEqual([b.re, -b.im]);
    }
  }
  // Once refused as not Hermitian.
  const H = [sigmaz(), [sigmap(), left], [sigmam(), right]] as const;
  expect(() => mesolve([...H], basis(2, 0), [1e6, 1e6 + 0.01])).not.toThrow();
});

describe("jumps", () => {
  const jumping: [string, Coefficient, number[]][] = [
    ["square", pulse.square({ from: 0.5, to: 3 }), [0.5, 3]],
    ["piecewise", piecewise([-1, 0.5, 2, 7], [3, -1, 0.25]), [0.5, 2]],
    ["held samples that do not change", samples([-1, 0, 1, 2, 7], [1, 1, 4, 4, 4], { order: 0 }), [1]],
    ["straight samples", samples([-1, 0, 1, 2, 7], [0, 1, 2, 0, 0], { order: 1 }), [1, 2]],
    ["square wave", pulse.squareWave({ period: 4, start: -2, duty: 0.25 }), [2, 3]],
  ];

  it.each(jumping)("%s: where they are, and which side counts", (_, coefficient, jumps) => {
    const found = coefficient.re.stretches(span).filter(({ hard }) => hard);
    expect(found.map(({ end }) => end)).toEqual(jumps);
    for (const jump of jumps) {
      expect(kernelValue(coefficient, jump, jump - 0.1).re).toBeCloseTo(coefficient.at(jump - 1e-12).re, 10);
      expect(kernelValue(coefficient, jump, jump + 0.1).re).toBeCloseTo(coefficient.at(jump).re, 10);
    }
  });

  it("of a function are found to the last digit", () => {
    const edges = [0.1234567890123, 2.75, Math.PI];
    const f = callable((t) => edges.filter((edge) => t >= edge).length);
    const hard = f.re.stretches(span).filter((stretch) => stretch.hard);
    expect(hard.map(({ end }) => end)).toEqual(edges);
  });

  it("of a function next to its last time, and at an output time", () => {
    const f = callable((t) => (t < 2.5 ? 0 : 1));
    expect(
      f.re
        .stretches(span)
        .filter(({ hard }) => hard)
        .map(({ end }) => end),
    ).toEqual([2.5]);
  });
});

describe("how long steps may be", () => {
  const limitAt = (stretches: readonly Stretch[], t: number) => stretches.find(({ end }) => t < end)!.limit;

  it("follows the narrow one of two pulses, where it is", () => {
    const f = (t: number) => Math.exp(-((t - 1) ** 2) / 2) + Math.exp(-((t - 4) ** 2) / (2 * 0.03 ** 2));
    const dense = Array.from({ length: 2001 }, (_, k) => -1 + (7 * k) / 2000);
    for (const coefficient of [callable(f), samples(dense, dense.map(f))]) {
      const stretches = coefficient.re.stretches(span);
      // The steepest slope of a Gaussian is exp(-½)/sigma.
      expect(limitAt(stretches, 3.97)).toBeLessThan(0.03 * Math.exp(0.5) * 1.2);
      expect(limitAt(stretches, 0.3)).toBeGreaterThan(0.5);
    }
  });

  it("is half a turn of an oscillation, whole in a product with what is zero", () => {
    const both = pulse.sine({ omega: 10 }).mul(pulse.square({ from: 1, to: 2 }));
    const stretches = both.re.stretches(span);
    expect(stretches.map(({ end }) => end)).toEqual([1, 2, 6]);
    expect(stretches.map(({ limit }) => limit)).toEqual([Infinity, Math.PI / 10, Infinity]);
    expect(stretches.map(({ zero }) => zero)).toEqual([true, false, true]);
  });

  it("takes what a caller declares for granted", () => {
    const f = callable(() => 1, { scale: 0.25, breakpoints: [2], support: [0, 4] });
    const stretches = f.re.stretches(span);
    expect(stretches).toEqual([
      { end: 0, limit: Infinity, hard: true, zero: true },
      { end: 2, limit: 0.25, hard: true, zero: false },
      { end: 4, limit: 0.25, hard: true, zero: false },
      { end: 6, limit: Infinity, hard: false, zero: true },
    ]);
    expect(f.warnings).toEqual([]);
    expect([-0.5, 0, 3.9, 4, 5].map((t) => f.at(t).re)).toEqual([0, 1, 1, 0, 0]);
    expect(callable(() => 1).warnings).toHaveLength(1);
  });

  it("is the shortest of several, and all their jumps are kept", () => {
    const random = generator(77);
    for (let trial = 0; trial < 50; trial++) {
      const lists = Array.from({ length: 3 }, () => {
        const ends = [...Array.from({ length: 4 }, () => 10 * random()), 10].sort((a, b) => a - b);
        return ends.map((end) => ({ end, limit: random(), hard: random() < 0.5 && end < 10, zero: false }));
      });
      const joined = overlay(lists, () => false);
      for (let j = 0; j < 40; j++) {
        const t = 10 * random();
        expect(limitAt(joined, t)).toBe(Math.min(...lists.map((list) => limitAt(list, t))));
      }
      const hard = (list: readonly Stretch[]) => list.filter((stretch) => stretch.hard).map(({ end }) => end);
      expect(hard(joined)).toEqual(lists.flatMap(hard).sort((a, b) => a - b));
    }
  });

  it("knows no jump between the first time and the next number", () => {
    const f = callable((t) => Math.sign(Math.sin(2 * t)));
    const { start, intervals } = intervalsOf([f.re], { from: 0, to: 3, times: Float64Array.of(0, 3) });
    expect(start).toBe(Number.MIN_VALUE);
    expect(intervals[0]).toBeCloseTo(Math.PI / 2, 14);
  });

  it("reaches the kernel as three numbers a stretch", () => {
    const flat = intervalsOf([pulse.square({ from: 0, to: 1 }).re], span);
    expect(flat.start).toBe(span.from);
    expect([...flat.intervals]).toEqual([0, Infinity, 1, 1, Infinity, 1, 6, Infinity, 0]);
  });
});

describe("splines", () => {
  const { times, values, at, orders } = JSON.parse(readFileSync(new URL("splines.json", import.meta.url), "utf8")) as {
    times: number[];
    values: number[];
    at: number[];
    orders: Record<string, number[]>;
  };

  it.each([1, 2, 3] as const)("of order %i are scipy's", (order) => {
    const coefficient = samples(times, values, { order });
    at.forEach((t, k) => {
      // The values are below 3, coefficients of pieces below 100.
      expect(coefficient.at(t).re).toBeCloseTo(orders[order]![k]!, 12);
      expect(kernelValue(coefficient, t).re).toBeCloseTo(orders[order]![k]!, 12);
    });
  });

  it("reproduce polynomials of their degree, complex ones too", () => {
    const t = [0, 0.4, 1, 1.1, 2, 3.5, 4];
    for (const order of [1, 2, 3] as const) {
      const p = (x: number) => 1 + x * (2 + (order > 1 ? x * (-0.5 + (order > 2 ? 0.3 * x : 0)) : 0));
      const coefficient = samples(t, { re: t.map(p), im: t.map((x) => -2 * p(x)) }, { order });
      for (const x of [0, 0.2, 0.77, 1.05, 2.9, 3.99, 4]) {
        expect(coefficient.at(x).re).toBeCloseTo(p(x), 12);
        expect(coefficient.at(x).im).toBeCloseTo(-2 * p(x), 12);
      }
    }
  });
});

it("nothing times what overflows is nothing", () => {
  const f = pulse.square({ from: 0, to: 1 }).mul(pulse.exponential({ rate: 800 }));
  for (const g of [f, pulse.exponential({ rate: 800 }).mul(pulse.square({ from: 0, to: 1 }))]) {
    expect(g.at(5).re).toBe(0);
    expect(kernelValue(g, 5).re).toBe(0);
  }
});

it("samples and pieces by the hundred thousand", () => {
  const n = 200_000;
  const t = Float64Array.from({ length: n }, (_, k) => k);
  for (const coefficient of [samples(t, t), samples(t, t, { order: 1 }), piecewise(t, t.subarray(1))]) {
    expect(coefficient.at(12_345.5).re).toBeCloseTo(coefficient.toJSON()!.kind === "piecewise" ? 12_346 : 12_345.5, 6);
    expect(coefficient.re.stretches({ from: 0, to: n - 1, times: t }).length).toBeGreaterThan(0);
  }
});

describe("refuses", () => {
  const wrong: [string, () => unknown][] = [
    ["an unknown parameter", () => pulse.sine({ omega: 1, frequency: 2 } as never)],
    ["a missing parameter", () => pulse.gaussian({ center: 1 } as never)],
    ["a width of 0", () => pulse.gaussian({ center: 1, sigma: 0 })],
    ["a pulse that ends before it begins", () => pulse.square({ from: 2, to: 1 })],
    ["a duty of 1", () => pulse.squareWave({ period: 1, duty: 1 })],
    ["times that do not increase", () => samples([0, 1, 1], [0, 1, 2], { order: 1 })],
    ["too few samples", () => samples([0, 1, 2], [0, 1, 2])],
    ["as many values as times, where there is one fewer", () => piecewise([0, 1], [1, 2])],
    ["an order of 4", () => samples([0, 1, 2, 3, 4], [0, 0, 0, 0, 0], { order: 4 as never })],
    ["a value that is not finite", () => samples([0, 1], [0, Number.NaN], { order: 1 })],
    ["what is no function", () => callable(3 as never)],
    ["an unknown option", () => callable(() => 1, { width: 1 } as never)],
    ["a scale of 0", () => callable(() => 1, { scale: 0 })],
    ["a sum with a text", () => pulse.sine({ omega: 1 }).add("1" as never)],
    ["samples that end before the run", () => samples([0, 1, 2, 3], [0, 1, 2, 3]).re.stretches(span)],
    ["a square wave of a million jumps", () => pulse.squareWave({ period: 1e-7 }).re.stretches(span)],
    ["a recipe of nothing", () => coefficientFrom({ kind: "noise" } as never)],
    ["a recipe of a sum of one", () => coefficientFrom({ kind: "sum", of: [] } as never)],
    ["a recipe of no pulse", () => coefficientFrom({ kind: "pulse", name: "toString", parameters: {} })],
    ["a function that returns a text", () => callable(() => "1" as never).at(0)],
  ];

  it.each(wrong)("%s", (_, make) => {
    expect(make).toThrow(InvalidArgumentError);
  });
});
