/**
 * The figure of a bipartite run with its ledger: four panels, and where the energy has gone.
 */
import { DOMParser } from "linkedom";
import { describe, expect, it } from "vitest";
import { energeticsNames } from "../../bindings/model/energetics.ts";
import { buildModel, runBuilt, validateModel } from "../../bindings/model/index.ts";
import { seriesFigure } from "../../plot/src/index.ts";
import { svgFile, toSvg } from "../../plot/src/node.ts";
import { expectInside, readFigure, textBoxes } from "./boxes.ts";

const model = validateModel({
  version: 1,
  kind: "bipartite",
  A: { dim: 2, hamiltonian: "sigmaz", baths: [{ beta: 0.5 }, { name: "second", beta: 1, Gamma: 0.1 }] },
  B: { dim: 2, hamiltonian: "0.8 * sigmaz", bath: { beta: 1.2 } },
  globalBaths: [{ name: "both", jumps: ["0.1 * tensor(sigmam, sigmam)"] }],
  V: "0.3 * (tensor(sigmap, sigmam) + tensor(sigmam, sigmap))",
  initial: "tensor(maximallyMixedDm(2), maximallyMixedDm(2))",
  times: { from: 0, to: 2, count: 21 },
  observables: { z: "tensor(sigmaz, qeye(2))" },
});
const built = buildModel(model);
const result = runBuilt(built);

function draw(data: Parameters<typeof toSvg>[0]) {
  const text = toSvg(data);
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement as unknown as SVGSVGElement;
  return { svg, labels: [...svg.querySelectorAll("text")].map((node) => node.textContent ?? "") };
}

describe("the figure of a run with a ledger", () => {
  const { svg, labels } = draw(result);

  it("has four panels, one of observables, and the flows", () => {
    for (const title of [
      "energy change ΔU = U(t) − U(0)",
      "energy flow into A, B and the correlation χ",
      "entropies, and mutual information I, in nats",
      "norms: (i) [ĤA + ĤB, V] at the state, (ii) L#[H]",
      "expectation value",
      "energy that has flowed by the end of the run",
    ])
      expect(labels).toContain(title);
    // Series of flows and integrals by channel are in the files, not in the figure.
    expect(svg.querySelectorAll('[data-mark="line"]')).toHaveLength(3 + 3 + 4 + 2 + 1);
  });

  it("shows every flow with its size, towards where it goes", () => {
    const picture = svg.querySelector('[role="img"]')!.getAttribute("aria-label")!;
    expect(labels).toEqual(expect.arrayContaining(["A", "B", "χ", "second", "both", "bathB"]));
    for (const [from, to, series] of [
      ["second", "A", "ledger_second_A"],
      ["bath_B", "B", "ledger_B_B"],
      ["both", "B", "ledger_both_B"],
      ["χ", "A", "ledger_hamiltonian_A"],
    ] as const) {
      const energy = result.series[series]!.at(-1)!;
      const size = Number(Math.abs(energy).toPrecision(3));
      expect(picture).toContain(energy < 0 ? `${size} from ${to} to ${from}` : `${size} from ${from} to ${to}`);
      expect(labels).toContain(String(size));
    }
  });

  it.each([860, 360])("keeps nodes and names inside, at %i pixels, also of work", (width) => {
    const data = {
      ...result,
      channels: [...result.channels!, "work"],
      series: { ...result.series, ledger_work_A: result.series.ledger_hamiltonian_A! },
    };
    const { svg } = readFigure(svgFile((document) => seriesFigure(data, { document, width })));
    expectInside(svg);
    const [, , units, height] = svg.getAttribute("viewBox")!.split(" ").map(Number) as [0, 0, number, number];
    const picture = svg.querySelector('[role="img"]')!;
    const top = Number(/,([\d.]+)\)/.exec((picture.parentNode as Element).getAttribute("transform")!)![1]);
    const nodes = [...picture.querySelectorAll("circle")];
    expect(nodes).toHaveLength(8);
    for (const node of nodes) {
      const [x, y, r] = ["cx", "cy", "r"].map((name) => Number(node.getAttribute(name))) as [number, number, number];
      expect(Math.min(x - r, units - x - r)).toBeGreaterThan(0);
      expect(height - (top + y + r)).toBeGreaterThan(0);
    }
    // Below the last base line there is room for what letters have there.
    for (const { y, text } of textBoxes(svg)) expect(height - y, text).toBeGreaterThan(4);
  });

  it("says so where nothing has flowed", () => {
    const series = Object.fromEntries(
      Object.entries(result.series).map(([name, values]) => [name, values.map(() => 0)]),
    );
    const still = draw({ ...result, series, comparisons: [] });
    expect(still.labels).toContain("nothing has flowed");
    expect(still.svg.querySelector('[role="img"]')!.getAttribute("aria-label")).toBe("Integrated energy flows: none");
  });
});

it("the series of a bipartite run have the names that models may compare with", () => {
  if (built.kind !== "bipartite") throw new Error("another kind of model");
  expect(Object.keys(result.series)).toEqual([...energeticsNames(built.system), "z"]);
});
