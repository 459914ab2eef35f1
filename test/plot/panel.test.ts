/**
 * Panels of a run alone, the flow diagram at a time, the storage, populations and matrices of a page: what they show.
 */
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { valueAt } from "../../plot/src/data.ts";
import { readable } from "../../plot/src/formula.ts";
import {
  capacityFigure,
  describeCapacity,
  describeFlows,
  describeHinton,
  describePanel,
  describePopulations,
  type FigureData,
  flowsFigure,
  hintonFigure,
  moveCursor,
  panelFigure,
  panelsOf,
  populationsFigure,
} from "../../plot/src/index.ts";
import { wrap } from "../../plot/src/text.ts";
import { inherited, textBoxes } from "./boxes.ts";
import { capacities, exchange, hermitian, kets, twoQubits } from "./fixtures.ts";
import { hostile } from "./hostile.ts";

const { document } = parseHTML("<p></p>");
const options = { document, width: 420 };
const texts = (svg: SVGSVGElement) => [...svg.querySelectorAll("text")].map((node) => node.textContent);
/** Points of a path of straight lines. */
const pointsOf = (path: Element) =>
  path
    .getAttribute("d")!
    .slice(1)
    .split("L")
    .map((point) => point.split(",").map(Number) as [number, number]);
const linesOf = (svg: SVGSVGElement) =>
  [...svg.querySelectorAll('[data-mark="line"]')].map((group) => ({
    color: group.getAttribute("stroke"),
    dash: group.getAttribute("stroke-dasharray"),
    points: pointsOf(group.querySelector("path")!),
  }));

describe("a panel", () => {
  it("is there for what a run has", () => {
    expect(panelsOf(twoQubits)).toEqual(["energies", "changes", "flows", "entropies", "norms"]);
    expect(panelsOf(hostile["a bipartite run with observables"]!)).toEqual(["energies", "changes", "observables"]);
    expect(panelsOf(hostile["fourteen series"]!)).toEqual(["observables"]);
    expect(panelsOf(hostile["nothing recorded"]!)).toEqual([]);
    expect(texts(panelFigure(hostile["nothing recorded"]!, "energies", options))).toContain("nothing recorded");
    expect(() => panelFigure(twoQubits, "heat" as "flows", options)).toThrow(/panel: expected one of energies, .*heat/);
    expect(() => panelFigure(twoQubits, "flows", { ...options, height: 20 })).toThrow(/height: expected at least 100/);
  });

  it("of energies has a closed form that the model states for a change, from the energy at the start", () => {
    const svg = panelFigure(twoQubits, "energies", options);
    expect(texts(svg)).toContain("closed form: ΔUχ = 4 g c (exp(−λ t) − 1)");
    const lines = linesOf(svg);
    expect(lines.map(({ color }) => color)).toEqual(["#0072B2", "#D55E00", "#009E73", "#222222"]);
    const [, , computed, exact] = lines;
    expect(exact!.dash).toMatch(/\d/);
    expect(exact!.points).toHaveLength(twoQubits.times.length);
    // equal to 1e-16: on each other, to the hundredths of a pixel that Plot writes
    exact!.points.forEach(([x, y], k) => {
      expect(x).toBe(computed!.points[k]![0]);
      expect(y).toBeCloseTo(computed!.points[k]![1], 1);
    });
  });

  it("has circles instead", () => {
    const svg = panelFigure(twoQubits, "changes", { ...options, exact: "circles" });
    expect(linesOf(svg)).toHaveLength(3);
    expect(svg.querySelectorAll('[data-mark="dot"] circle')).toHaveLength(25);
    expect(texts(svg)).toContain("closed form: ΔUχ = 4 g c (exp(−λ t) − 1)");
  });

  it("has room for four closed forms and sixteen names", () => {
    const series = Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`n${k}`, [k, k + 1]]));
    const comparisons = Object.entries(series).map(([name, exact]) => ({
      ...{ series: name, formula: `${name} + t`, exact, difference: [0, 0] },
    }));
    const svg = panelFigure({ kind: "lindblad", times: [0, 1], series, comparisons }, "observables", options);
    // all of them are drawn
    expect(linesOf(svg)).toHaveLength(60);
    expect(texts(svg)).toEqual(
      expect.arrayContaining(["closed form: n3 = n3 + t", "and 26 more", "n15", "and 14 more"]),
    );
    expect(texts(svg)).not.toContain("n16");
  });

  it("has a dot for a closed form at a single time", () => {
    const svg = panelFigure(hostile["one time"]!, "observables", options);
    const dots = [...svg.querySelectorAll('[data-mark="dot"]')].map((node) => node.getAttribute("fill"));
    expect(dots).toEqual(["#0072B2", "#D55E00", "#222222"]);
  });

  it("is as high as asked for", () => {
    const heights = [200, 300].map((height) => panelFigure(twoQubits, "flows", { ...options, height }));
    const [low, high] = heights.map((svg) => Number(svg.getAttribute("height"))) as [number, number];
    expect(high - low).toBe(100);
  });

  it("says in words where lines begin and end", () => {
    const words = describePanel(twoQubits, "energies");
    const at = (name: string, k: number) =>
      String(Number(twoQubits.series[name]![k]!.toPrecision(4))).replaceAll("-", "−");
    for (const [label, name] of [
      ["U A", "U_A"],
      ["U χ", "U_chi"],
    ] as const) {
      expect(words).toContain(`${label} from ${at(name, 0)} to ${at(name, 120)}`);
    }
    expect(words).toMatch(/from t = 0 to 3.*The closed form of ΔU χ is at most \S+e−1[67] away\.$/);
    expect(describePanel(hostile["fourteen series"]!, "observables")).toContain("and 6 more");
    expect(describePanel(hostile["no times"]!, "observables")).toBe("expectation value: nothing recorded");
    expect(panelFigure(twoQubits, "energies", options).getAttribute("aria-label")).toBe(words);
  });
});

describe("a cursor", () => {
  const cursorOf = (svg: SVGSVGElement) => {
    const group = svg.querySelector('g[aria-hidden="true"] line[stroke="#777777"]')?.parentElement;
    if (group == null) return undefined;
    const dots = [...group.querySelectorAll("circle")].filter((dot) => dot.getAttribute("display") !== "none");
    return {
      x: Number(group.querySelector("line")!.getAttribute("x1")),
      dots: dots.map((dot) => [Number(dot.getAttribute("cx")), Number(dot.getAttribute("cy"))]),
    };
  };

  it.each([0, 37, 120])("stands on the lines at time number %i", (k) => {
    const svg = panelFigure(twoQubits, "entropies", { ...options, cursor: twoQubits.times[k]! });
    const { x, dots } = cursorOf(svg)!;
    const lines = linesOf(svg);
    expect(dots).toHaveLength(4);
    dots.forEach(([cx, cy], line) => {
      const [px, py] = lines[line]!.points[k]!;
      expect(Math.abs(cx! - px)).toBeLessThan(0.06);
      expect(Math.abs(cy! - py)).toBeLessThan(0.06);
      expect(cx).toBe(x);
    });
  });

  it("moves without drawing anything else anew, and goes away", () => {
    const svg = panelFigure(twoQubits, "energies", { ...options, cursor: 0.5 });
    const before = [...svg.querySelectorAll("*")];
    const { x } = cursorOf(svg)!;
    moveCursor(svg, 2);
    expect([...svg.querySelectorAll("*")].every((node, k) => node === before[k])).toBe(true);
    expect(cursorOf(svg)!.x).toBeGreaterThan(x);
    // as drawn there at once
    expect(cursorOf(svg)).toEqual(cursorOf(panelFigure(twoQubits, "energies", { ...options, cursor: 2 })));
    for (const nowhere of [undefined, -1, 3.1, Number.NaN]) {
      moveCursor(svg, nowhere);
      expect(cursorOf(svg)).toBeUndefined();
      moveCursor(svg, 1);
      expect(cursorOf(svg)).toBeDefined();
    }
    expect(() => moveCursor(flowsFigure(twoQubits, options), 1)).toThrow(/figure: expected what panelFigure returned/);
  });

  it("has no dot where a series has no number", () => {
    const data: FigureData = {
      kind: "lindblad",
      times: [0, 1, 2],
      series: { a: [1, Number.NaN, 3], b: [0, 1, 2] },
      comparisons: [],
    };
    const svg = panelFigure(data, "observables", { ...options, cursor: 0.5 });
    expect(cursorOf(svg)!.dots).toHaveLength(1);
    moveCursor(svg, 0);
    expect(cursorOf(svg)!.dots).toHaveLength(2);
  });

  it("has the colours of the theme", () => {
    const svg = panelFigure(twoQubits, "energies", { ...options, theme: "dark", cursor: 1 });
    expect(svg.outerHTML).not.toMatch(/"white"|#222222|#777777/);
  });

  it("reads values between times off straight lines", () => {
    const [times, values] = [
      [0, 1, 5],
      [2, 4, -2],
    ];
    expect([0, 0.5, 1, 3, 5].map((t) => valueAt(times!, values!, t))).toEqual([2, 3, 4, 1, -2]);
    expect([-0.1, 5.1, Number.NaN].map((t) => valueAt(times!, values!, t))).toEqual(Array(3).fill(Number.NaN));
    expect(valueAt([0, 0, 1], [1, 2, 3], 0)).toBe(2);
    expect(valueAt([3], [7], 3)).toBe(7);
    expect(valueAt([], [], 0)).toBeNaN();
  });
});

describe("flows at a time", () => {
  const widths = (svg: SVGSVGElement) =>
    [...svg.querySelectorAll("path[stroke-opacity]")].map((node) => Number(node.getAttribute("stroke-width")));

  it("grow with the energy, the largest of the whole run the widest", () => {
    const last = exchange.times.length - 1;
    const names = Object.keys(exchange.series).filter(
      (name) => name.startsWith("ledger_") && !name.endsWith("hamiltonian_chi"),
    );
    const largest = Math.max(...names.flatMap((name) => Array.from(exchange.series[name]!, Math.abs)));
    const at = (k: number) => Math.max(...names.map((name) => Math.abs(exchange.series[name]![k]!)));
    for (const k of [last >> 1, last]) {
      // 6 hundredths of 420 pixels
      expect(Math.max(...widths(flowsFigure(exchange, { ...options, at: k })))).toBeCloseTo(
        (25.2 * at(k)) / largest,
        1,
      );
    }
  });

  it("say their time, and that nothing has flowed at the start", () => {
    const start = flowsFigure(twoQubits, { ...options, at: 0 });
    expect(texts(start)).toEqual(expect.arrayContaining(["energy that has flowed by t = 0", "nothing has flowed"]));
    expect(widths(start)).toEqual([]);
    expect(start.getAttribute("aria-label")).toBe("Integrated energy flows: none by t = 0");
    const end = flowsFigure(twoQubits, options);
    expect(texts(end)).toContain("energy that has flowed by t = 3");
    // the picture keeps its size
    expect(end.getAttribute("height")).toBe(start.getAttribute("height"));
    const energy = Number(Math.abs(twoQubits.series.ledger_A_chi![120]!).toPrecision(3));
    expect(describeFlows(twoQubits)).toContain(`${energy} from χ to bath_A`);
  });

  it("refuse times that are none", () => {
    for (const at of [-1, 121, 0.5]) {
      expect(() => flowsFigure(twoQubits, { ...options, at })).toThrow(
        `at: expected the number of a time, from 0 to 120, got ${at}`,
      );
    }
  });
});

describe("the storage", () => {
  const markerOf = (svg: SVGSVGElement) => svg.querySelector("circle");
  const barOf = (svg: SVGSVGElement) => {
    const [x, width] = ["x", "width"].map((name) => Number(svg.querySelectorAll("rect")[1]!.getAttribute(name)));
    return { low: x!, high: x! + width! };
  };

  it("is a bar with the state where its energy is", () => {
    const { min, max, value } = capacities.plain as { min: number; max: number; value: number };
    const svg = capacityFigure(capacities.plain!, options);
    const { low, high } = barOf(svg);
    const at = Number(markerOf(svg)!.getAttribute("cx"));
    // places are rounded to tenths of a pixel
    expect(Math.abs(at - (low + ((value - min) / (max - min)) * (high - low)))).toBeLessThan(0.2);
    expect(texts(svg).slice(1)).toEqual(["−0.12", "0.34", "0", "0.12"]);
    expect(describeCapacity(capacities.plain!)).toBe(
      "Interaction energy that the correlation can hold: from −0.12 to 0.34, certified to within 1e−13. This state holds 0.12.",
    );
  });

  it("shows a state outside beside it, and none where there is none", () => {
    const outside = capacityFigure(capacities["a state outside"]!, options);
    expect(Number(markerOf(outside)!.getAttribute("cx"))).toBeGreaterThan(barOf(outside).high + 50);
    const none = capacityFigure(capacities["no state"]!, { ...options, width: 300 });
    expect(markerOf(none)).toBeNull();
    expect(texts(none).filter((text) => text!.includes("storage")).length).toBeGreaterThan(2);
  });

  it("names nothing twice", () => {
    for (const data of Object.values(capacities)) {
      const below = textBoxes(capacityFigure({ ...data, value: undefined, label: undefined }, options)).slice(1);
      expect(new Set(below.map(({ text }) => text)).size).toBe(below.length);
    }
  });

  it("refuses bounds that are none", () => {
    expect(() => capacityFigure({ min: 0.1, max: 1 }, options)).toThrow(/min: expected a number up to 0, got 0.1/);
    expect(() => capacityFigure({ min: 0, max: Number.NaN }, options)).toThrow(
      /max: expected a number from 0, got NaN/,
    );
    expect(() => describeCapacity({ min: Number.NEGATIVE_INFINITY, max: 0 })).toThrow(/min/);
  });
});

describe("populations of basis states", () => {
  const populations = [0.1, 0.2, 0.3, 0.4];

  it("have their names below, as far as they fit", () => {
    expect(texts(populationsFigure({ populations, labels: kets(4, 2) }, options))).toEqual(
      expect.arrayContaining([...kets(4, 2), "basis state", "population"]),
    );
    // upright
    const sixteen = { populations: kets(16, 2).map(() => 1 / 16), labels: kets(16, 2) };
    expect(texts(populationsFigure(sixteen, options))).toEqual(expect.arrayContaining(kets(16, 2)));
    // too many: numbers
    const many = populationsFigure({ populations: kets(25, 5).map(() => 0.04), labels: kets(25, 5) }, options);
    expect(texts(many)).not.toContain("|00⟩");
    expect(() => populationsFigure({ populations, labels: [] }, options)).toThrow(
      /labels: expected one a bar \(4\), got 0/,
    );
  });

  it("are described by the largest", () => {
    expect(describePopulations({ populations, labels: kets(4, 2) })).toBe(
      "Populations of 4 basis states; the largest: 0.4 at |11⟩, 0.3 at |10⟩, 0.2 at |01⟩",
    );
    expect(describePopulations({ populations: [0, 1] })).toBe(
      "Populations of 2 levels, of mean number 1; the largest: 1 at 1",
    );
    expect(describePopulations({ populations: [] })).toBe("Populations of 0 levels, of mean number 0");
  });
});

describe("a small matrix", () => {
  const matrix = { ...hermitian(4), labels: kets(4, 2) };

  it("has its legend below, or none", () => {
    const svg = hintonFigure(matrix, options);
    expect(texts(svg)).toEqual(expect.arrayContaining(["magnitude", "1", "0.25", "phase", "0", "π/2", "π", "−π/2"]));
    const [ground, first] = [...svg.querySelectorAll("rect")]
      .slice(1)
      .map((node) => Number(node.getAttribute("width")));
    // as wide as there is room, squares as large as on a sheet
    expect(ground).toBeGreaterThan(300);
    expect(first! / ground!).toBeCloseTo(0.94 / 4, 3);
    const bare = hintonFigure(matrix, { ...options, legend: false });
    expect(texts(bare)).not.toContain("magnitude");
    expect(Number(bare.getAttribute("height"))).toBeLessThan(Number(svg.getAttribute("height")));
    expect(texts(hintonFigure(matrix, { document, legend: false }))).not.toContain("magnitude");
  });

  it("is described by its largest element", () => {
    expect(
      describeHinton({
        re: [
          [0, 0],
          [-3, 1],
        ],
        labels: ["a", "b"],
      }),
    ).toBe("Matrix of 2 rows and columns, real; the largest magnitude is 3, in row b, column a");
    expect(describeHinton({ re: [[0]] })).toBe("Matrix of 1 rows and columns, real; the largest magnitude is 0");
  });
});

describe("text", () => {
  it.each([
    ["4 * g * c * (exp(-lambda * t) - 1)", "4 g c (exp(−λ t) − 1)"],
    ["omegaA * 2*x ** 3", "ωA · 2 x ** 3"],
    ["U_chi + gamma_1", "U_chi + γ_1"],
    ["1e-3*alphabet", "1e−3 alphabet"],
  ])("%s is read as %s", (formula, expected) => {
    expect(readable(formula)).toBe(expected);
  });

  it("is broken at spaces", () => {
    expect(wrap("one two three", 7, (text) => text.length)).toEqual(["one two", "three"]);
    expect(wrap("abcdefgh i", 4, (text) => text.length)).toEqual(["abcdefgh", "i"]);
  });

  it("of names has colours that can be read", () => {
    const svg = panelFigure(twoQubits, "entropies", options);
    const name = [...svg.querySelectorAll("text")].find((node) => node.textContent === "S")!;
    expect(inherited(name, "fill")).toBe("#a8457c");
  });
});
