/**
 * Where panels lie, which rule each has, and what their pieces between output times add up to.
 */
import { describe, expect, it } from "vitest";
import { cut, integrate, type Panels, panelsOf, type Stretch } from "../../bindings/bipartite/quadrature.ts";

/** Nodes of the rules. */
const [SHORT, LONG] = [7, 11];

const nodeCounts = ({ starts, count }: Panels) => Array.from({ length: count }, (_, k) => starts[k + 1]! - starts[k]!);

describe("panels of one interval", () => {
  const of = (phase: number, rtol: number) => nodeCounts(panelsOf(Float64Array.of(3, 5), [], phase / 2, rtol));

  it("have the short rule up to its phase, the long one up to its own, and are several beyond, eight at most", () => {
    // At rtol 1e-6 the phases are 0.4 and 2.
    expect(of(0.399, 1e-6)).toEqual([SHORT]);
    expect(of(0.401, 1e-6)).toEqual([LONG]);
    expect(of(2, 1e-6)).toEqual([LONG]);
    expect(of(2.01, 1e-6)).toEqual([LONG, LONG]);
    // Six of them, but for rounding.
    expect(of(12 * (1 + Number.EPSILON), 1e-6)).toHaveLength(6);
    expect(of(12.01, 1e-6)).toHaveLength(7);
    expect(of(1e3, 1e-6)).toHaveLength(8);
  });

  it("are shorter the smaller the tolerance is, by the orders of their estimates", () => {
    for (const rtol of [1e-3, 1e-9, 1e-15]) {
      const [short, long] = [0.4 * (rtol / 1e-6) ** (1 / 9), 2 * (rtol / 1e-6) ** (1 / 15)];
      expect(of(0.99 * short, rtol)).toEqual([SHORT]);
      expect(of(1.01 * short, rtol)).toEqual([LONG]);
      expect(of(0.99 * long, rtol)).toEqual([LONG]);
      expect(of(1.01 * long, rtol)).toEqual([LONG, LONG]);
    }
  });
});

describe("panels of many intervals", () => {
  const times = Float64Array.from({ length: 11 }, (_, k) => 5 + k);
  const edges = ({ from, to }: Panels) => Array.from(from, (start, k) => [start, to[k]!]);

  it("go over as many as the long rule is good for", () => {
    // A phase of 2 at rtol 1e-6 and a rate of 0.5: four of them.
    expect(edges(panelsOf(times, [], 0.5, 1e-6))).toEqual([
      [5, 9],
      [9, 13],
      [13, 15],
    ]);
  });

  it("but over no break", () => {
    expect(edges(panelsOf(times, [6.5, 8], 0.5, 1e-6))).toEqual([
      [5, 6.5],
      [6.5, 8],
      [8, 12],
      [12, 15],
    ]);
  });

  it("end exactly where they are to, whatever the rounding of their lengths", () => {
    for (let k = 1; k < 200; k++) {
      const [from, to] = [k / 7, k / 7 + k / 11];
      for (const parts of [0, 1, 3]) {
        const panels = cut([{ from, to, parts }], Float64Array.of(from, to));
        expect([panels.from[0], panels.to.at(-1), panels.ends.at(-1)]).toEqual([from, to, to]);
      }
    }
  });
});

/** Deviations of the integrals over the pieces of stretches from those of t^n, and the largest of these. */
function deviations(stretches: readonly Stretch[], times: Float64Array, n: number) {
  const panels = cut(stretches, times);
  const table = panels.nodes.map((t) => t ** n);
  const { values } = integrate(panels, panels.count, [...panels.nodes.keys()], {
    table,
    columns: 1,
    first: 0,
    count: 1,
  });
  let before = stretches[0]!.from;
  return Array.from(panels.ends, (end, k) => {
    const exact = (end ** (n + 1) - before ** (n + 1)) / (n + 1);
    before = end;
    return Math.abs(values[k]! - exact);
  });
}

describe("pieces of panels one after the other", () => {
  // As many outputs in each panel, at the same places in some, at others in the next.
  const stretches: Stretch[] = [
    { from: 0, to: 0.25, parts: 0 },
    { from: 0.25, to: 0.5, parts: 1 },
    { from: 0.5, to: 1, parts: 2 },
    { from: 1, to: 1.25, parts: 0 },
  ];
  const within = (places: readonly (readonly number[])[]) =>
    Float64Array.from([0, ...places.flatMap((some, k) => some.map((x) => 0.25 * (k + x))), 1.25]);

  it.each([
    ["without outputs inside", [[], [], [], [], []]],
    ["with outputs at the same places", [[0.3], [0.3], [0.3], [0.3], [0.3]]],
    ["with outputs at other places in each", [[0.3], [0.3], [0.6], [0.35], [0.1]]],
    [
      "with outputs of which one is at the same place",
      [
        [0.3, 0.8],
        [0.3, 0.8],
        [0.3, 0.7],
        [0.2, 0.7],
        [0.7, 0.9],
      ],
    ],
    ["with outputs that lie opposite", [[0.3], [0.7], [0.3], [0.7], [0.3]]],
    ["with more outputs in some", [[0.3], [0.3, 0.6], [0.3], [], [0.3, 0.6]]],
  ])("%s: integrals of polynomials up to the short rule's nodes", (_name, places) => {
    const times = within(places);
    // Weights of a rule add up to 2 in absolute value, but for a factor of a few; functions are below 1.25^6.
    for (let n = 0; n < SHORT; n++)
      for (const deviation of deviations(stretches, times, n)) expect(deviation).toBeLessThan(1e-13);
  });

  it("are none of rows that stand elsewhere: a column of several, and the first panels alone", () => {
    const times = within([[0.3], [0.6], [], [0.2, 0.4], [0.9]]);
    const panels = cut(stretches, times);
    const [columns, first, count] = [4, 1, 2];
    const table = Float64Array.from([...panels.nodes].flatMap((t) => [Number.NaN, 1, t, Number.NaN]));
    const places = [...panels.nodes.keys()];
    const { values, errors } = integrate(panels, 3, places, { table, columns, first, count });
    expect(values.length).toBe(count * panels.pieces[3]!);
    expect(errors.length).toBe(count * 3);
    let before = 0;
    for (let k = 0; k < panels.pieces[3]!; k++) {
      const end = panels.ends[k]!;
      expect(values[count * k]).toBeCloseTo(end - before, 14);
      expect(values[count * k + 1]).toBeCloseTo((end ** 2 - before ** 2) / 2, 14);
      before = end;
    }
    for (const error of errors) expect(error).toBeLessThan(1e-14);
  });
});

it("outputs that are nodes but for rounding are asked for once", () => {
  for (const parts of [0, 1]) {
    const { nodes } = cut([{ from: 1, to: 3, parts }], Float64Array.of(1, 3));
    for (const ulps of [-2, 2]) {
      const outputs = nodes.map((t) => t * (1 + ulps * Number.EPSILON));
      const panels = cut([{ from: 1, to: 3, parts }], Float64Array.of(1, ...outputs, 3));
      expect([...panels.nodes]).toEqual([...outputs]);
    }
    // Others stay where they are.
    const middle = 0.5 * (nodes[1]! + nodes[2]!);
    expect([...cut([{ from: 1, to: 3, parts }], Float64Array.of(1, middle, 3)).nodes]).toEqual([...nodes]);
  }
});
