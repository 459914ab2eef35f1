/**
 * Models of one's own, written in the page's editor in real Chromium.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { loadModel, runModel } from "../../bindings/model/index.ts";
import { scratch } from "../cli/lindblad.ts";
import { root } from "../support/browser.ts";
import { columns, downloadFromMenu, expectClose } from "./download.ts";
import { example, expected, openPage, playground, readings, setNumber, settled, slider } from "./page.ts";

const directory = scratch();
const at = playground();
afterAll(() => rmSync(directory, { recursive: true }));

/** Opens the page's editor, does something there, and expects that nothing went wrong in the page. */
async function inEditor(act: (page: Page) => Promise<void>): Promise<void> {
  const { page, faults, close } = await openPage(at.browser, at.url);
  try {
    await settled(page);
    await page.getByRole("tab", { name: "Model file" }).click();
    await page.waitForSelector(".cm-content");
    await act(page);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}

/** Puts a text in place of the one in the editor. */
async function write(page: Page, text: string): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
}

/** What the editor says of its text, as soon as that matches. */
async function says(page: Page, message: RegExp): Promise<string> {
  const state = page.locator(".editor-state");
  await expect.poll(() => state.innerText(), { timeout: 20_000 }).toMatch(message);
  return state.innerText();
}

/** Runs the text that has the focus, by the keyboard, and waits for its figures. */
async function run(page: Page): Promise<void> {
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.waitForSelector("#results .figures");
  await settled(page);
}

const text = (name: string) => readFileSync(join(root, "examples", `${name}.json`), "utf8");
const TWO_QUBITS = text("two-qubits");
/** 1-based number of the line in which something stands. */
const lineOf = (whole: string, part: string) => whole.slice(0, whole.indexOf(part)).split("\n").length;

/** A damped oscillator: no bipartite system, in YAML. */
const OSCILLATOR = `version: 1
kind: lindblad
name: A damped oscillator
parameters:
  N: 8
  omega: 2
  kappa: 0.5
dims: [N]
operators:
  a: destroy(N)
hamiltonian: omega * dag(a) * a
jumps:
  - { op: a, rate: kappa }
initial: fock(N, 3)
times: { from: 0, to: 4, count: 41 }
observables:
  n: dag(a) * a
compare:
  n: 3 * exp(-kappa * t)
`;

describe("what is wrong is said, with its place and the reason", () => {
  it.each([
    ["a key", TWO_QUBITS.replace('"compare"', '"compaer"'), "compaer", /unknown key "compaer"/],
    [
      "an expression",
      TWO_QUBITS.replace("* tensor(sigmaz", "* tensor(sigmazz"),
      "sigmazz",
      /unknown name "sigmazz"; did you mean "sigmaz"/,
    ],
    ["the notation", TWO_QUBITS.replace('"kind":', '"kind"'), '"kind"', /JSON/],
  ])("%s", async (_what, wrong, mark, reason) => {
    expect(wrong).not.toBe(TWO_QUBITS);
    await inEditor(async (page) => {
      await write(page, wrong);
      const said = await says(page, /Line \d+/);
      expect(said).toMatch(reason);
      expect(Number(/Line (\d+)/.exec(said)![1])).toBe(lineOf(wrong, mark));
      // it is not run, and the page still shows the model before
      await page.keyboard.press("ControlOrMeta+Enter");
      await says(page, /Line \d+/);
      expect(await page.getByRole("tab", { name: "Model file" }).getAttribute("aria-selected")).toBe("true");
      await page.getByRole("tab", { name: "Run" }).click();
      await settled(page);
      expect(await readings(page)).toEqual(expected(example("two-qubits")));
    });
  });
});

describe("a text that is right", () => {
  it("is run by Ctrl+Enter, to the library's numbers", async () => {
    await inEditor(async (page) => {
      const model = { ...JSON.parse(TWO_QUBITS), name: "Mine" };
      model.parameters.g = 0.7;
      await write(page, JSON.stringify(model, null, 2));
      await says(page, /bipartite model is right/);
      await run(page);
      expect(await readings(page)).toEqual(expected(loadModel(JSON.stringify(model))));
      // its sliders are those of any model
      await setNumber(page, "g", 0.1);
      await settled(page);
      model.parameters.g = 0.1;
      expect(await readings(page)).toEqual(expected(loadModel(JSON.stringify(model))));
    });
  });

  it("may be YAML, and of one system alone", async () => {
    await inEditor(async (page) => {
      await page.getByLabel("Notation").selectOption("yaml");
      await write(page, OSCILLATOR);
      await says(page, /lindblad model is right/);
      await run(page);
      const { path } = await downloadFromMenu(page, /CSV/, directory);
      const { series } = runModel(loadModel(OSCILLATOR, "yaml"));
      for (const [name, values] of Object.entries(series)) expectClose(columns(path).get(name)!, values, name);
      // the frequency is 2 and may have fractions, the number of levels may not
      await setNumber(page, "omega", 2.5);
      await setNumber(page, "N", 8.5);
      const fault = (label: string) =>
        slider(page, label)
          .locator("input.number")
          .evaluate((input: HTMLInputElement) => input.validationMessage);
      expect(await fault("N")).toMatch(/whole number/);
      expect(await fault("omega")).toBe("");
      await settled(page);
      expect(await page.locator(".problem").count()).toBe(0);
    });
  });

  it("is corrected and run by the keyboard alone", async () => {
    await inEditor(async (page) => {
      await page.getByRole("tab", { name: "Model file" }).focus();
      const isInText = () => page.evaluate(() => document.activeElement?.classList.contains("editor-field") ?? false);
      for (let k = 0; k < 60 && !(await isInText()); k++) await page.keyboard.press("Tab");
      expect(await isInText()).toBe(true);
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.insertText(TWO_QUBITS.replace('"compare"', '"compaer"'));
      await says(page, /compaer/);
      await page.keyboard.press("ControlOrMeta+Home");
      await page.keyboard.press("F8");
      // what is wrong is selected: typing takes its place
      await page.keyboard.insertText('"compare"');
      await says(page, /bipartite model is right/);
      await run(page);
      expect(await readings(page)).toEqual(expected(example("two-qubits")));
    });
  });
});

describe("a file", () => {
  it("is opened, and run", async () => {
    await inEditor(async (page) => {
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        page.getByRole("button", { name: "Open a file…" }).click(),
      ]);
      await chooser.setFiles(join(root, "examples", "resonant-exchange.json"));
      await says(page, /bipartite model is right/);
      await page.locator(".cm-content").focus();
      await run(page);
      expect(await readings(page)).toEqual(expected(example("resonant-exchange")));
    });
  });

  it.each([
    ["too large", Buffer.alloc(2 ** 20 + 1, " "), /1048577 bytes/],
    ["no text", Buffer.from([0x7b, 0xff, 0xfe]), /could not be read as text/],
  ])("that is %s is refused, and the text stays", async (_what, buffer, message) => {
    await inEditor(async (page) => {
      await page.setInputFiles("input[type=file]", { name: "mine.json", mimeType: "application/json", buffer });
      await says(page, message);
      expect(await page.locator(".cm-content").innerText()).toContain("Two qubits");
      await page.locator(".cm-content").focus();
      await run(page);
      expect(await readings(page)).toEqual(expected(example("two-qubits")));
    });
  });
});

it("a run that fails on the way says why; what was shown stays, and the page goes on", async () => {
  await inEditor(async (page) => {
    const failing = { ...JSON.parse(TWO_QUBITS), solver: { method: "tsit5", rtol: 1e-12, maxSteps: 3 } };
    await write(page, JSON.stringify(failing, null, 2));
    await says(page, /bipartite model is right/);
    await run(page);
    expect(await page.locator(".problem").innerText()).toMatch(/maxSteps.*3|3 steps/s);
    expect(await readings(page)).toEqual(expected(example("two-qubits")));
    await page.selectOption("#preset", "qutrit-pair");
    await settled(page);
    expect(await page.locator(".problem").count()).toBe(0);
    expect(await readings(page)).toEqual(expected(example("qutrit-pair")));
  });
});
