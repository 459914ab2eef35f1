/**
 * `lindblad plot`: every kind of figure, of the state that is asked for; what is refused, before anything is written.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DOMParser } from "linkedom";
import { afterAll, describe, expect, it } from "vitest";
import { bipartiteModel, lindbladModel } from "../model/models.ts";
import { lindblad, modelFile, onTerminal, scratch } from "./lindblad.ts";

const root = scratch();
afterAll(() => rmSync(root, { recursive: true }));

const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const decay = modelFile(root, lindbladModel(), "decay.json");
const pair = modelFile(root, bipartiteModel(), "pair.json");
const driven = modelFile(
  root,
  {
    ...{ version: 1, kind: "lindblad", name: "Driven qubit", dims: [2], hamiltonian: "1.5 * sigmax" },
    jumps: [{ op: "sigmam", rate: 0.5 }],
    ...{ initial: "fock(2, 0)", times: { to: 4, count: 41 }, observables: { z: "sigmaz", down: "sigmam" } },
  },
  "driven.json",
);

/** Draws, and returns the figure's text and the words that describe it. */
async function drawn(name: string, model: string, ...args: string[]) {
  const file = join(root, `${name}.svg`);
  const ended = await lindblad("plot", model, "--out", file, ...args);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  for (const line of ended.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  const text = readFileSync(file, "utf8");
  const { documentElement: svg } = new DOMParser().parseFromString(text, "image/svg+xml");
  expect(svg!.localName).toBe("svg");
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
  return {
    text,
    title: svg!.querySelector("title")!.textContent,
    description: svg!.getAttribute("aria-label") ?? "",
  };
}

describe("plot", () => {
  it.concurrent("traces: the figure of run", async () => {
    const { text } = await drawn("traces", pair, "--figure", "traces");
    const ended = await lindblad("run", pair, "--out", join(root, "run"), "-q", "--no-engine-flags");
    expect(ended.code).toBe(0);
    expect(text === readFileSync(join(root, "run", "figure.svg"), "utf8")).toBe(true);
    // what was written for a machine leads to the same figure
    const again = await drawn("again", join(root, "run", "result.json"), "--figure", "traces");
    expect(again.text === text).toBe(true);
  });

  it.concurrent("populations at a time, and at the end", async () => {
    // fock(4, 2): at the start all of the population is in level 2
    const start = await drawn("start", decay, "--figure", "populations", "--at", "0");
    expect(start.description).toBe("Populations of 4 levels, of mean number 2; the largest: 1 at 2");
    expect(start.title).toMatch(/^Populations, t = 0/);
    const mean = (2 * Math.exp(-0.25)).toPrecision(4);
    const later = await drawn("later", decay, "--figure", "populations", "--at", "0.5");
    expect(later.description).toContain(`of mean number ${mean}`);
    const end = await drawn("end", decay, "--figure", "populations");
    expect(end.description).toContain(`of mean number ${(2 * Math.exp(-0.5)).toPrecision(4)}`);
  });

  it.concurrent("the steady state, of a part", async () => {
    const { description, title } = await drawn("steady", pair, "--figure", "populations", "--steady", "--part", "A");
    // H_A = sigma_z: the upper level is number 0
    const lower = Math.exp(0.5) / (2 * Math.cosh(0.5));
    const [p1, p0] = [lower, 1 - lower].map((p) => p.toPrecision(4));
    expect(description).toBe(`Populations of 2 levels, of mean number ${p1}; the largest: ${p1} at 1, ${p0} at 0`);
    expect(title).toMatch(/^Populations of A, steady/);
  });

  it.concurrent("wigner, where the state is or in a range", async () => {
    const own = await drawn("wigner", decay, "--figure", "wigner", "--at", "0");
    expect(own.title).toMatch(/^Wigner function, t = 0/);
    // that of two photons is negative in places
    expect(own.text).toContain("−0.1");
    expect(own.text).toContain("data:image/png;base64,");
    const wide = await drawn("wide", decay, "--figure", "wigner", "--range", "20", "--at", "0");
    expect(wide.text).toContain(">20<");
    expect(own.text).not.toContain(">20<");
  });

  it.concurrent("hinton, with the names of the basis states of a whole", async () => {
    const whole = await drawn("hinton", pair, "--figure", "hinton", "--at", "0");
    for (const name of ["|00⟩", "|01⟩", "|10⟩", "|11⟩"]) expect(whole.text).toContain(`>${name}<`);
    const part = await drawn("hinton-b", pair, "--figure", "hinton", "--part", "B");
    expect(part.text).not.toContain("|00⟩");
  });

  it.concurrent("bloch: the paths of all qubits, or of one", async () => {
    const one = await drawn("bloch", driven, "--figure", "bloch", "--at", "2");
    expect(one.title).toBe("Bloch vector: Driven qubit");
    expect(one.text).toContain("t = 2");
    const both = await drawn("bloch-both", pair, "--figure", "bloch");
    expect(both.title).toMatch(/^Bloch vectors/);
    expect(both.text).toContain(">A, t = 1<");
    const b = await drawn("bloch-b", pair, "--figure", "bloch", "--part", "B");
    expect(b.title).toMatch(/^Bloch vector(?!s)/);
  });

  it.concurrent("levels of the whole, and of a part", async () => {
    const whole = await drawn("levels", decay, "--figure", "levels");
    expect(whole.description).toMatch(/4 .*0 to 3/);
    const part = await drawn("levels-a", pair, "--figure", "levels", "--part", "A");
    expect(part.description).toMatch(/2 .*-1 to 1/);
    expect(part.title).toMatch(/^Energy levels of A/);
  });

  it.concurrent("spectrum: Mollow's triplet", async () => {
    const args = ["--figure", "spectrum", "--observable", "down", "--frequencies=-6:6:601"];
    const { description } = await drawn("spectrum", driven, ...args);
    expect(description).toBe("Power spectrum, largest at ω = 0");
    const side = await drawn("side", driven, ...args.slice(0, -1), "--frequencies=1.5:6:901");
    // at Omega = 3 but for the decay: half a rate of 0.5 squared is small beside 9
    expect(Number(/ω = (\S+)/.exec(side.description)![1])).toBeCloseTo(3, 1);
  });

  it.concurrent("trajectories with their mean; the first observable, or the one that is named", async () => {
    const args = ["--figure", "trajectories", "--trajectories", "30", "--seed", "4"];
    const first = await drawn("trajectories", driven, ...args);
    expect(first.title).toBe("12 of 30 trajectories: Driven qubit");
    expect(first.text).toContain(">z<");
    const chi = await drawn("trajectories-chi", pair, ...args, "--observable", "delta_U_chi");
    expect(chi.text).toContain("delta_U_chi");
  });

  it.concurrent("of the examples, on a terminal of forty columns", async () => {
    const file = join(root, "narrow.svg");
    const model = example("driven-oscillator.json");
    const { code, stdout } = await onTerminal(40, ["plot", model, "--figure", "wigner", "--out", file, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toEqual({ figure: "wigner", file });
    expect(existsSync(file)).toBe(true);
  });
});

describe("what plot refuses", () => {
  const nothing = join(root, "nothing");
  it.concurrent.each<[string, string, string[], RegExp]>([
    ["an unknown kind", decay, ["--figure", "husimi"], /--figure: expected one of traces, wigner, .*got husimi/],
    ["a flag of another kind", decay, ["--figure", "traces", "--at", "1"], /--at goes with --figure wigner, hinton,/],
    ["a time outside", decay, ["--figure", "wigner", "--at", "7"], /--at: expected a time .* from 0 to 1, got 7/],
    ["no time", decay, ["--figure", "wigner", "--at", "soon"], /--at: .*got soon/],
    [
      "a time and the steady state",
      decay,
      ["--figure", "wigner", "--at", "1", "--steady"],
      /'--steady' cannot be used/,
    ],
    ["several parts", pair, ["--figure", "wigner"], /--part: the model has several, A \(dims \[2\]\), B/],
    ["an unknown part", pair, ["--figure", "wigner", "--part", "C"], /--part: the model has no part C; it has A/],
    ["no qubit", decay, ["--figure", "bloch"], /--figure bloch: expected a qubit, but part 0 has dims \[4\]/],
    ["a part without H", pair, ["--figure", "levels", "--part", "1"], /part 1 has no Hamiltonian of its own; A and B/],
    ["no frequencies", driven, ["--figure", "spectrum"], /expected --frequencies FROM:TO/],
    [
      "frequencies in no order",
      driven,
      ["--figure", "spectrum", "--frequencies", "5:1"],
      /--frequencies: expected FROM:TO or FROM:TO:COUNT/,
    ],
    [
      "which observable",
      driven,
      ["--figure", "spectrum", "--frequencies", "1:5"],
      /expected --observable, one of z, down/,
    ],
    [
      "an unknown observable",
      driven,
      ["--figure", "trajectories", "--observable", "x", "--trajectories", "2"],
      /--observable: nothing is called x; there are z, down/,
    ],
    ["a range that is none", decay, ["--figure", "wigner", "--range", "-3"], /--range: expected a number above 0/],
  ])("%s", async (name, model, args, words) => {
    const ended = await lindblad("plot", model, ...args, "--out", join(nothing, `${name}.svg`));
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(words);
    expect(existsSync(nothing)).toBe(false);
  });

  it.concurrent("another format than SVG", async () => {
    const ended = await lindblad("plot", decay, "--figure", "wigner", "--out", join(nothing, "w.png"));
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("--out: expected a file that ends in .svg");
  });

  it.concurrent("a file that is there, unless by force; others in its directory are none of its business", async () => {
    const directory = join(root, "present");
    mkdirSync(directory);
    const file = join(directory, "mine.svg");
    writeFileSync(file, "mine");
    writeFileSync(join(directory, "result.json"), "other");
    const args = ["plot", decay, "--figure", "levels", "--out", file];
    const ended = await lindblad(...args);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("already holds mine.svg");
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(await lindblad(...args, "--force")).toMatchObject({ code: 0 });
    expect(readFileSync(file, "utf8")).toContain("<svg");
    expect(readdirSync(directory).sort()).toEqual(["mine.svg", "result.json"]);
  });

  it.concurrent("a matrix that no figure can show", async () => {
    const model = { ...lindbladModel(), parameters: { N: 70, kappa: 0.5 }, compare: {}, times: [0, 0.1] };
    const ended = await lindblad(
      ...["plot", modelFile(root, model, "large.json"), "--figure", "hinton", "--out", join(nothing, "h.svg")],
    );
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("a matrix of 70 rows, expected at most 64");
  });
});
