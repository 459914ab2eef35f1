/**
 * The map and the editor, in real Chromium.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { loadModel, type Model, modelAt, runModel } from "../../bindings/model/index.ts";
import { root } from "../support/browser.ts";
import { openPage, playground, setNumber, settled, slider } from "./page.ts";

const at = playground("/any/path/");

/** Opens a view of the page, does something on it, and expects that nothing went wrong. */
async function onView(name: "Map" | "Model file", act: (page: Page) => Promise<void>): Promise<void> {
  const { page, faults, close } = await openPage(at.browser, at.url);
  try {
    await page.getByRole("tab", { name }).click();
    await act(page);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}

const example = readFileSync(join(root, "examples", "two-qubits.json"), "utf8");
const model = loadModel(example);

/** As the page writes numbers in words. */
const shown = (value: number, count = 4) => String(Number(value.toPrecision(count))).replace("-", "−");

describe("the map", () => {
  const summary = (page: Page) => page.locator(".map-summary").innerText();
  /** All points are there, and belong to what has been chosen. */
  const done = (page: Page, count: number) =>
    page.waitForFunction(
      (words) =>
        document.querySelector(".map-summary")?.textContent?.includes(words) &&
        document.querySelector("[aria-busy=true]") === null &&
        document.querySelector(".map-picture image") !== null,
      `${count} points.`,
    );
  const number = (page: Page, axis: "Across" | "Up", label: string) =>
    page.getByRole("group", { name: axis }).getByLabel(label, { exact: true });

  /** The change of the correlation's energy up to the last time, from the library. */
  const change = (base: Model, g: number, c: number) =>
    runModel(modelAt(base, { count: 1, parameters: { g: [g], c: [c] } }, 0)).scalars.delta_U_chi_end!;

  it("shows what the library computes, and follows the sliders of other parameters", async () => {
    await onView("Map", async (page) => {
      const highest = async (base: Model) => {
        await done(page, 1681);
        const c = Number(await number(page, "Up", "to").inputValue());
        const most = change(base, -1, c - 1e-5);
        // c has five digits in its field
        expect(await summary(page)).toContain("at g = −1");
        const found = /highest (\S+) at/.exec(await summary(page))![1]!;
        expect(Math.abs(Number(found.replace("−", "-")) / most - 1)).toBeLessThan(1e-3);
      };
      await highest(model);
      await setNumber(page, "βB", 0.4);
      await settled(page);
      await highest({ ...model, parameters: { ...model.parameters, betaB: 0.4 } } as Model);
    });
  });

  it("is walked over by keys, and a point of it is taken", async () => {
    await onView("Map", async (page) => {
      await done(page, 1681);
      await number(page, "Up", "from").fill("0");
      await number(page, "Up", "to").fill("0.1");
      await number(page, "Up", "points").fill("11");
      await page.keyboard.press("Enter");
      await done(page, 451);
      await page.getByRole("application").focus();
      // from g = 0.3, c = 0.1
      for (const key of ["ArrowDown", "ArrowDown", "ArrowLeft", "Shift+ArrowRight"]) await page.keyboard.press(key);
      const value = change(model, 0.75, 0.08);
      expect(await page.locator("#map-point").innerText()).toBe(`g = 0.75, c = 0.08: ${shown(value, 5)}`);
      await page.keyboard.press("Enter");
      await settled(page);
      expect(await slider(page, "g").locator("input.number").inputValue()).toBe("0.75");
      expect(await slider(page, "c").locator("input.number").inputValue()).toBe("0.08");
      expect(await page.locator("#map-point").innerText()).toContain("The model stands here.");
    });
  });

  it("gives the point under the pointer", async () => {
    await onView("Map", async (page) => {
      await done(page, 1681);
      // 41 columns from -1 to 1: the middle one is g = 0
      const position = await page.locator(".map-picture").evaluate((host) => {
        const [frame, cells] = [host, host.querySelector("image")!].map((element) => element.getBoundingClientRect());
        return { x: cells!.x - frame!.x + cells!.width / 2, y: cells!.y - frame!.y + cells!.height / 82 };
      });
      await page.locator(".map-picture").click({ position });
      await settled(page);
      expect(await slider(page, "g").locator("input.number").inputValue()).toBe("0");
      const c = Number(await slider(page, "c").locator("input.number").inputValue());
      expect(Math.abs(c / Number(await number(page, "Up", "to").inputValue()) - 1)).toBeLessThan(1e-3);
    });
  });

  it("has gaps where there is no state, and says how many and why", async () => {
    await onView("Map", async (page) => {
      await done(page, 1681);
      await number(page, "Up", "to").fill("0.3");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".map-summary li");
      await done(page, 1681);
      expect(await summary(page)).toMatch(/\d+ points have no value:\s+\d+: for example, .*not a density matrix/);
    });
  });

  it("leaves what is being written alone while it is drawn anew", async () => {
    await onView("Map", async (page) => {
      await done(page, 1681);
      const field = number(page, "Across", "to");
      await field.fill("0.");
      // as if by another hand: the focus stays in the field
      await slider(page, "βB")
        .locator("input[type=range]")
        .evaluate((range: HTMLInputElement) => {
          range.value = "100";
          range.dispatchEvent(new Event("input", { bubbles: true }));
        });
      await settled(page);
      expect(await slider(page, "βB").locator("input.number").inputValue()).toBe("0.75");
      expect(await field.inputValue()).toBe("0.");
    });
  });

  it("refuses what is no range, and says what is one", async () => {
    await onView("Map", async (page) => {
      const field = number(page, "Across", "points");
      await field.fill("1000");
      await page.keyboard.press("Enter");
      expect(await field.evaluate((input: HTMLInputElement) => input.validationMessage)).toBe(
        "Expected a whole number from 2 to 201.",
      );
    });
  });

  it("takes numbers as people write them, on any keyboard", async () => {
    await onView("Map", async (page) => {
      const field = number(page, "Across", "from");
      expect(await field.getAttribute("inputmode")).toBe("text");
      await field.fill("\u22120,5");
      await page.keyboard.press("Enter");
      await done(page, 1681);
      expect(await field.inputValue()).toBe("-0.5");
    });
  });

  it("of large systems can be stopped, and the page goes on", async () => {
    await onView("Map", async (page) => {
      await page.selectOption("#preset", "driven-oscillator");
      await page.getByRole("group", { name: "Across" }).getByLabel("points").fill("201");
      await page.keyboard.press("Enter");
      // some are there, by far not all
      await page.waitForSelector(".map-picture image");
      await page.getByRole("button", { name: "Stop" }).click();
      expect(await page.locator(".map progress").count()).toBe(0);
      expect(await summary(page)).toMatch(/\d+ of 8241 points are computed/);
      await page.getByRole("application").focus();
      for (const key of ["Shift+ArrowUp", "ArrowRight", "ArrowUp"]) await page.keyboard.press(key);
      expect(await page.locator("#map-point").innerText()).toContain(": not computed");
      await page.selectOption("#preset", "two-qubits");
      await number(page, "Across", "points").fill("5");
      await page.keyboard.press("Enter");
      await done(page, 205);
    });
  });
});

describe("the editor", () => {
  const words = (page: Page) => page.locator(".editor-state");
  const text = (page: Page) => page.locator(".cm-content");
  const isRight = (page: Page) => words(page).getByText("is right").waitFor();
  const write = async (page: Page, content: string) => {
    await page.setInputFiles("input[type=file]", {
      name: content.startsWith("{") ? "model.json" : "model.yaml",
      mimeType: "text/plain",
      buffer: Buffer.from(content),
    });
  };

  it("says what is wrong and where, and goes there", async () => {
    await onView("Model file", async (page) => {
      await isRight(page);
      await write(page, example.replace("g * tensor(sigmaz, sigmaz)", "g * tensor(sigmaz, sigmz)"));
      const place = words(page).getByRole("button");
      await place.waitFor();
      expect(await words(page).innerText()).toMatch(
        /Line \d+, column 28\s+\$\.V: unknown name "sigmz"; did you mean "sigmaz"/,
      );
      await place.click();
      await page.keyboard.type("sigmaz");
      await isRight(page);
      // in the gutter too, while it was wrong
      expect(await page.locator(".cm-lint-marker").count()).toBe(0);
    });
  });

  it("runs a model of one's own, with the numbers of the library", async () => {
    await onView("Model file", async (page) => {
      const own = `version: 1
kind: lindblad
name: A qubit that decays
parameters: { Omega: 1.5, gamma: 0.4 }
dims: [2]
hamiltonian: Omega / 2 * sigmax
jumps: [{ op: sigmam, rate: gamma }]
initial: basis(2, 0)
times: { from: 0, to: 7, count: 71 }
observables: { excited: 0.5 * (qeye(2) + sigmaz) }
`;
      await write(page, own);
      await isRight(page);
      await text(page).focus();
      await page.keyboard.press("Control+Enter");
      await page.getByRole("tab", { name: "Run", selected: true }).waitFor();
      await settled(page);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page
          .getByText("Download", { exact: true })
          .click()
          .then(() => page.getByRole("button", { name: "Series (CSV)" }).click()),
      ]);
      expect(download.suggestedFilename()).toBe("a-qubit-that-decays.csv");
      const [header, ...rows] = readFileSync(await download.path(), "utf8")
        .trimEnd()
        .split("\r\n");
      expect(header).toBe("t,excited");
      const expected = runModel(loadModel(own, "yaml")).series.excited!;
      expect(rows).toHaveLength(71);
      rows.forEach((row, k) => {
        // another build of the kernel may round in another way: the solver's tolerance
        expect(Math.abs(Number(row.split(",")[1]) - expected[k]!)).toBeLessThan(1e-7);
      });
    });
  });

  it("keeps what was written: after a run, and when sliders move meanwhile", async () => {
    await onView("Model file", async (page) => {
      await isRight(page);
      const own = `# of my own\n${stringify({ ...JSON.parse(example), name: "Mine" })}`;
      await write(page, own);
      await words(page).getByText("is right").waitFor();
      await setNumber(page, "g", -0.25);
      await page.getByText("The page's model has changed since").waitFor();
      expect(await text(page).innerText()).toContain("# of my own");
      await page.getByRole("button", { name: "Run" }).click();
      await page.getByRole("tab", { name: "Run", selected: true }).waitFor();
      await page.getByRole("tab", { name: "Model file" }).click();
      await isRight(page);
      expect(await text(page).innerText()).toContain("# of my own");
      expect(await page.getByLabel("Notation").inputValue()).toBe("yaml");
      // nothing was written since: the page's model takes its place
      await setNumber(page, "g", 0.125);
      await page.waitForFunction(() =>
        document.querySelector(".editor-field")!.shadowRoot!.textContent!.includes('"g": 0.125'),
      );
      expect(await page.getByLabel("Notation").inputValue()).toBe("json");
      // or is taken when it is asked for
      await write(page, "kind: 7");
      await setNumber(page, "g", 0.5);
      await page.getByRole("button", { name: "Take the page's model" }).click();
      await isRight(page);
      expect(await text(page).innerText()).toContain('"g": 0.5');
      expect(await page.getByText("The page's model has changed since").count()).toBe(0);
    });
  });

  it("keeps what was not run while another view is looked at", async () => {
    await onView("Model file", async (page) => {
      await isRight(page);
      await write(page, "# half of it\nkind: lindblad");
      await words(page).getByRole("button").waitFor();
      for (let k = 0; k < 2; k++) {
        await page.getByRole("tab", { name: "Run" }).click();
        await page.getByRole("tab", { name: "Model file" }).click();
        await words(page).getByRole("button").waitFor();
        expect(await text(page).innerText()).toContain("# half of it");
        expect(await page.getByLabel("Notation").inputValue()).toBe("yaml");
        expect(await page.getByText("The page's model has changed since").count()).toBe(0);
      }
      await page.getByRole("tab", { name: "Run" }).click();
      await setNumber(page, "g", 0.5);
      await page.getByRole("tab", { name: "Model file" }).click();
      expect(await text(page).innerText()).toContain("# half of it");
      await page.getByRole("button", { name: "Take the page's model" }).click();
      await isRight(page);
      expect(await text(page).innerText()).toContain('"g": 0.5');
    });
  });

  it("does not format what would lose a key", async () => {
    await onView("Model file", async (page) => {
      await isRight(page);
      await write(page, '{ "version": 1, "version": 2 }');
      await words(page).getByText("stands twice").waitFor();
      await page.getByRole("button", { name: "Format" }).click();
      await words(page).getByText("stands twice").waitFor();
      expect(await text(page).innerText()).toContain('"version": 1, "version": 2');
    });
  });

  it("does not run what is wrong", async () => {
    await onView("Model file", async (page) => {
      await write(page, '{ "version": 1 }');
      await words(page).getByRole("button").waitFor();
      await page.getByRole("button", { name: "Run" }).click();
      await words(page).getByRole("button").waitFor();
      expect(await page.getByRole("tab", { name: "Model file", selected: true }).count()).toBe(1);
      expect(
        await text(page).evaluate((content) => content === (content.getRootNode() as ShadowRoot).activeElement),
      ).toBe(true);
    });
  });

  it("completes keys and words", async () => {
    await onView("Model file", async (page) => {
      await isRight(page);
      await write(page, '{ "kind": "bipartite", "A": { "hamil } }');
      await words(page).getByRole("button").waitFor();
      await text(page).focus();
      await page.keyboard.press("Control+End");
      for (let k = 0; k < 4; k++) await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("Control+Space");
      await page.locator(".cm-tooltip-autocomplete").getByText("hamiltonian").waitFor();
      // what is shown takes no keys at first: nobody can have meant it
      await page.waitForTimeout(200);
      await page.keyboard.press("Enter");
      expect(await text(page).innerText()).toContain('"hamiltonian');
    });
  });

  it("is left by Tab", async () => {
    await onView("Model file", async (page) => {
      await isRight(page);
      await text(page).focus();
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest(".editor-field"))).toBeNull();
    });
  });

  it("takes files that are dropped on it, and refuses those that are too large", async () => {
    await onView("Model file", async (page) => {
      await isRight(page);
      const dropped = (content: string, name: string) =>
        text(page).evaluate(
          (target, [data, file]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([data!], file!));
            target.dispatchEvent(
              new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, composed: true }),
            );
          },
          [content, name],
        );
      await dropped("kind: 7", "model.yml");
      await words(page).getByText('expected "lindblad" or "bipartite", got 7').waitFor();
      expect(await page.getByLabel("Notation").inputValue()).toBe("yaml");
      await dropped(" ".repeat(2 ** 20 + 1), "large.json");
      await words(page).getByText("large.json has 1048577 bytes").waitFor();
    });
  });

  it("writes JSON as people do", async () => {
    await onView("Model file", async (page) => {
      await isRight(page);
      await write(page, JSON.stringify(JSON.parse(example)));
      await isRight(page);
      await page.getByRole("button", { name: "Format" }).click();
      await page.waitForFunction(() => {
        const field = document.querySelector(".editor-field")!.shadowRoot!.querySelector<HTMLElement>(".cm-content")!;
        return field.innerText.includes('"A": { "dim": 2, "hamiltonian": "omegaA * sigmaz"');
      });
    });
  });
});
