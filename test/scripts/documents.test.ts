/**
 * What the documents say exists: where links lead, files that docs/theory.md names, and the README's programs on correlation and on steady states.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as lindblad from "../../bindings/index.ts";
import { deadLinks } from "../../scripts/links.mjs";

const root = new URL("../../", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), "utf8");

describe("links of the repository's pages", () => {
  const inFolder = (folder: string, recursive: boolean) =>
    readdirSync(new URL(folder, root), { recursive, encoding: "utf8" })
      .filter((file) => file.endsWith(".md") && !/^(api|reference|\.vitepress)[\\/]/.test(file))
      .map((file) => `${folder}${file}`);
  const pages = [
    ...["./", "plot/", "sweep/", "cli/", "examples/"].flatMap((folder) => inFolder(folder, false)),
    ...inFolder("docs/", true),
  ];
  const made = ["docs/api", "docs/reference"].map((folder) => fileURLToPath(new URL(folder, root)));

  it.each(pages)("%s", (file) => {
    expect(deadLinks(fileURLToPath(new URL(file, root)), made)).toEqual([]);
  });
});

describe("docs/theory.md", () => {
  const spans = Array.from(read("docs/theory.md").matchAll(/`([^`]+)`/g), ([, span]) => span!);

  it("names files that exist", () => {
    const files = spans.filter((span) => /^(test|assembly|examples|docs)\//.test(span));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });

  it("names functions and fields that exist", () => {
    const { system, rho0 } = lindblad.twoQubitExample({ omegaA: 1, omegaB: 1, g: 1, betaA: 1, betaB: 1, c: 0 });
    const run = system.evolve(rho0, [0, 1]);
    const objects: Record<string, unknown> = { system, run };
    const paths = spans.flatMap((span) => span.match(/^(system|run)(\.\w+)+/)?.[0] ?? []);
    expect(paths.length).toBeGreaterThan(30);
    const follow = (path: string) =>
      path.split(".").reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], objects);
    expect(paths.filter((path) => follow(path) === undefined)).toEqual([]);
    const functions = spans.flatMap((span) => span.match(/^(\w+)\(/)?.[1] ?? []);
    expect(functions).toContain("daviesBath");
    const methods = ["evolve", "heatStatistics"];
    expect(functions.filter((name) => !(name in lindblad) && !methods.includes(name))).toEqual([]);
  });

  it("names what is known about a steady state", () => {
    const { system } = lindblad.twoQubitExample({ omegaA: 1, omegaB: 1, g: 1, betaA: 1, betaB: 1, c: 0 });
    const steady: object = system.steady();
    const section = read("docs/theory.md").split("## Stationarity")[1]!.split("\n## ")[0]!;
    const fields = ["rho", "residual", "kernelDimension", "flows", "imbalance", "entropyProduction", "heatStatistics"];
    for (const field of fields) {
      expect(section).toMatch(new RegExp(`\`${field}\\b`));
      expect(steady).toHaveProperty(field);
    }
    expect(section).toContain("`heat[name]`");
  });
});

/** What a program of the README prints at its end. */
function printed(heading: string, values: string): unknown[] {
  const section = read("README.md").split(`## ${heading}\n`)[1]!;
  const program = section.match(/```js\n([\s\S]*?)```/)![1]!;
  const output = execFileSync(
    process.execPath,
    ["--input-type=module", "-e", `${program}console.log(JSON.stringify([${values}]))`],
    { cwd: fileURLToPath(root), encoding: "utf8" },
  );
  return JSON.parse(output);
}

describe("README.md", () => {
  it("its program on measures and processes runs, and finds what its comments say", () => {
    const values = "shared, entangled, discord, quality, kraus.length";
    const [shared, entangled, discord, quality, count] = printed("Measures and processes", values);
    expect(shared).toBeCloseTo(2 * Math.LN2, 12);
    expect(entangled).toBeCloseTo(0.5, 12);
    expect(discord).toBeCloseTo(0, 12);
    expect(quality).toBeCloseTo(0.9896, 4);
    expect(count).toBe(4);
  });

  it("its program on steady states runs, and finds what its comments say", () => {
    const values =
      "method, kernelDimension, mean, gap, lines[0].re, lines.length, S[1], coherent.re, g2[0], fano, rate";
    const [method, dimension, mean, gap, slowest, count, S, line, antibunched, fano, rate] = printed(
      "Steady states and spectra",
      values,
    );
    expect([method, dimension, count]).toEqual(["direct", 1, 4]);
    // Omega = 3, Gamma = 1: Omega²/(Gamma² + 2 Omega²), the line (Omega Gamma)²/(…)², Mandel's parameter.
    expect(mean).toBeCloseTo(9 / 19, 12);
    // The part of the coherence that the drive leaves alone decays at Gamma/2.
    expect(gap).toBeCloseTo(0.5, 1);
    expect(slowest).toBeCloseTo(0, 12);
    expect(S).toBeCloseTo(1.039218545, 9);
    expect(line).toBeCloseTo(9 / 361, 12);
    expect(antibunched).toBeCloseTo(0, 12);
    expect(fano).toBeCloseTo(1 - 54 / 361, 12);
    expect(rate).toBeGreaterThan(0);
  });

  it("its program on many points runs, and finds what mesolve does", () => {
    const [count, found] = printed("Many points", "batch.count, Array.from(batch.expect.z.subarray(126, 129))") as [
      number,
      number[],
    ];
    expect(count).toBe(1000);
    const H = lindblad.sigmaz().add(lindblad.sigmax().scale(0.042));
    const options = { cOps: [lindblad.sigmam()], eOps: { z: lindblad.sigmaz() }, method: "expm" } as const;
    const { z } = lindblad.mesolve(H, lindblad.basis(2, 0), [0, 1, 2], options).expect;
    found.forEach((value, k) => {
      expect(value).toBeCloseTo(z[k]!, 12);
    });
  });

  it("its program on correlation runs, and finds what its comments say", () => {
    const values =
      "Array.from(run.energy.Uchi), Array.from(run.energy.UA), run.ledger.A.chi.at(-1) + run.ledger.B.chi.at(-1), run.ledgerDefect, dimension, capacity.max";
    const [Uchi, UA, flow, defect, dimension, most] = printed("Energetics of correlation", values) as [
      number[],
      number[],
      ...number[],
    ];
    // lambda = 5.003: what has not decayed after t = 3 is 0.12·3e-7.
    expect(Uchi[3]! - Uchi[0]!).toBeCloseTo(-0.12, 6);
    expect(flow).toBeCloseTo(-0.12, 6);
    expect(UA[3]! - UA[0]!).toBeCloseTo(0, 6);
    expect(defect).toBeLessThan(1e-12);
    expect(dimension).toBe(5);
    expect(most).toBeCloseTo(0.1378151882, 10);
  });
});
