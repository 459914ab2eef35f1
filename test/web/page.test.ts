/**
 * The playground in real Chromium: what it shows is what the library computes, and it follows what is done on it.
 */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { twoQubitExample } from "../../bindings/index.ts";
import { type Model, runModel } from "../../bindings/model/index.ts";
import { encodeModel } from "../../web/src/share/link.ts";
import { example, expected, HEAVY, openPage, playground, readings, setNumber, settled, shown, slider } from "./page.ts";

const at = playground("/any/path/");

/** Opens the page, does something on it, and expects that nothing went wrong in it. */
async function onPage(act: (page: Page) => Promise<void>, fragment = ""): Promise<void> {
  const { page, faults, close } = await openPage(at.browser, `${at.url}${fragment}`);
  try {
    await act(page);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}

describe("numbers", () => {
  for (const name of ["two-qubits", "resonant-exchange", "qutrit-pair", "classical-pair"]) {
    it(`of ${name} are the library's`, async () => {
      await onPage(async (page) => {
        await page.selectOption("#preset", name);
        await settled(page);
        expect(await readings(page)).toEqual(expected(example(name)));
      });
    });
  }

  it("of moved sliders are the library's, at the time that is shown", async () => {
    await onPage(async (page) => {
      await setNumber(page, "g", -0.5);
      await setNumber(page, "ωA", 1.3);
      await setNumber(page, "c", 0.05);
      await settled(page);
      const model = example("two-qubits");
      const moved = { ...model, parameters: { ...model.parameters, g: -0.5, omegaA: 1.3, c: 0.05 } };
      expect(await readings(page)).toEqual(expected(moved));
      // to the time number 10 of 0 … 120
      await page.getByLabel("Time that the figures show").fill("10");
      const { series, times } = runModel(moved);
      expect(await page.locator(".scrubber output").textContent()).toBe(`t = ${times[10]}`);
      expect((await readings(page)).U_chi).toBe(shown(series.U_chi![10]!));
      const closed = twoQubitExample({ omegaA: 1.3, omegaB: 0.7, g: -0.5, betaA: 0.5, betaB: 1.2, c: 0.05 });
      expect((await readings(page)).U_chi).toBe(shown(closed.closedForm(0.25).Uchi));
    });
  });

  it("of infinite temperature are no rounding errors", async () => {
    await onPage(async (page) => {
      await setNumber(page, "βA", 0);
      await settled(page);
      expect((await readings(page)).T_A).toBe("∞");
    });
  });

  it("of small energies are shown, and do not stand still where they change", async () => {
    const small = { omegaA: 1e-6, omegaB: 7e-7, g: 3e-7, betaA: 5e5, betaB: 1.2e6, c: 0.1 };
    const model = { ...example("two-qubits"), name: "small", parameters: small, compare: {} };
    await onPage(
      async (page) => {
        await page.waitForFunction(() => document.querySelector<HTMLSelectElement>("#preset")?.value === "");
        await settled(page);
        // 4 g c exp(-lambda t) of the energies in units of 1e-6 and times in units of 1
        expect((await readings(page)).T_A).toBe("2·10⁻⁶");
        expect(await page.locator(".reading.U_chi .change").textContent()).toBe("Δ = −1.2·10⁻⁷");
        expect(await page.locator(".reading.U_A .change").textContent()).toBe("stands still");
        await page.getByLabel("Time that the figures show").fill("0");
        expect(await page.locator(".reading.U_chi .change").textContent()).toBe("Δ = 0");
      },
      await encodeModel(JSON.parse(JSON.stringify(model))),
    );
  });

  it("of two runs are never added up: what the correlation holds is that of the run that was looked at", async () => {
    await onPage(async (page) => {
      await settled(page);
      const held = await page.evaluate(async () => {
        const slider = [...document.querySelectorAll(".slider")].find(({ textContent }) => /^g/.test(textContent!))!;
        const input = slider.querySelector<HTMLInputElement>("input[type=range]")!;
        const storage = [...document.querySelectorAll(".figure")].find(({ textContent }) =>
          /can store/.test(textContent!),
        )!;
        const said = new Set<string>();
        for (let k = 0; k < 60; k++) {
          input.value = String(k < 30 ? 100 + 10 * k : 100);
          input.dispatchEvent(new Event("input", { bubbles: true }));
          await new Promise(requestAnimationFrame);
          const label = storage.querySelector("[aria-label^=Interaction]")?.getAttribute("aria-label") ?? "";
          said.add(/This state holds .*/.exec(label)?.[0] ?? "");
        }
        return [...said];
      });
      // at the end of the run all is gone, whatever g is
      expect(held).toEqual(["This state holds 0."]);
    });
  });

  it("of the figures are those of the run", async () => {
    await onPage(async (page) => {
      await settled(page);
      const { series } = runModel(example("two-qubits"));
      const energies = await page
        .getByRole("img", { name: /^Energies|energies/ })
        .first()
        .getAttribute("aria-label");
      const start = Number(series.U_chi![0]!.toPrecision(3));
      expect(energies).toContain(String(start));
    });
  });
});

describe("an oscillator", () => {
  it("that fills its highest level says so", async () => {
    await onPage(async (page) => {
      await page.selectOption("#preset", "driven-oscillator");
      await settled(page);
      expect(await page.getByText("highest level that is kept").count()).toBe(0);
      await setNumber(page, "N", 5);
      await settled(page);
      const { states } = runModel(
        { ...example("driven-oscillator"), parameters: { ...example("driven-oscillator").parameters, N: 5 } },
        { storeStates: true },
      );
      const most = Math.max(...states!.map((state) => state.get(4, 4).re));
      const words = await page.getByText("highest level that is kept").textContent();
      expect(words).toContain(`up to ${Number(most.toPrecision(2))}:`);
    });
  });
});

describe("the range of c", () => {
  it("moves with the other parameters, and takes c along", async () => {
    await onPage(async (page) => {
      await setNumber(page, "βA", 2.5);
      await settled(page);
      const others = { omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 2.5, betaB: 1.2 };
      const { cRange } = twoQubitExample({ ...others, c: 0 });
      const field = slider(page, "c").locator("input.number");
      expect(Number(await field.inputValue())).toBe(Number(cRange.max.toPrecision(6)));
      const ends = await slider(page, "c").locator(".end").allTextContents();
      expect(ends).toEqual([cRange.min, cRange.max].map((x) => String(Number(x.toPrecision(3))).replace("-", "−")));
      expect(await page.locator(".problem").count()).toBe(0);
      // the end as it is written, on whichever keyboard, is one of the range
      for (const [written, end] of [
        [String(Number(cRange.max.toPrecision(6))), cRange.max],
        [
          String(Number(cRange.min.toPrecision(6)))
            .replace("-", "−")
            .replace(".", ","),
          cRange.min,
        ],
        [String(Number(cRange.max.toPrecision(6))), cRange.max],
      ] as const) {
        await field.fill(written);
        expect(await field.evaluate((input: HTMLInputElement) => input.validationMessage)).toBe("");
        await settled(page);
        const { U_chi } = await readings(page);
        expect(U_chi).toBe(
          expected({ ...example("two-qubits"), parameters: { ...example("two-qubits").parameters, ...others, c: end } })
            .U_chi,
        );
      }
      expect(await page.locator(".problem").count()).toBe(0);
      // one that is no state is not taken, and says why
      await field.fill("0.2");
      expect(await field.evaluate((input: HTMLInputElement) => input.validationMessage)).toMatch(
        /^Expected a number from/,
      );
      expect(await readings(page)).toEqual(
        expected({
          ...example("two-qubits"),
          parameters: { ...example("two-qubits").parameters, ...others, c: cRange.max },
        }),
      );
    });
  });
});

describe("following", () => {
  /** Frames from a movement to the first drawing after it: the worker takes some 5 ms, drawing some 5 more. */
  const MOST_FRAMES = 6;

  it("takes a few frames from a slider to its picture", async () => {
    await onPage(async (page) => {
      await settled(page);
      const waits = await page.evaluate(async () => {
        const slider = [...document.querySelectorAll(".slider")].find(({ textContent }) => /^g/.test(textContent!))!;
        const input = slider.querySelector<HTMLInputElement>("input[type=range]")!;
        const figure = document.querySelector(".drawing")!;
        const frame = () => new Promise(requestAnimationFrame);
        const waits: number[] = [];
        for (let k = 0; k < 25; k++) {
          while (document.querySelector("[aria-busy=true]")) await frame();
          const before = figure.firstChild;
          input.value = String(150 + 5 * k);
          input.dispatchEvent(new Event("input", { bubbles: true }));
          let frames = 0;
          while (figure.firstChild === before && frames < 1000) {
            await frame();
            frames++;
          }
          waits.push(frames);
        }
        return waits.sort((a, b) => a - b);
      });
      expect(waits[12]).toBeLessThanOrEqual(MOST_FRAMES);
    });
  });
});

describe("playing", () => {
  it("starts at the first time, also where the button is pressed late in a frame, and goes on", async () => {
    await onPage(async (page) => {
      await settled(page);
      const times = await page.evaluate(async () => {
        const play = document.querySelector<HTMLButtonElement>(".play")!;
        const output = document.querySelector(".scrubber output")!;
        const frame = () => new Promise(requestAnimationFrame);
        const seen = new Set<string>();
        for (let k = 0; k < 5; k++) {
          await frame();
          const pressed = performance.now();
          while (performance.now() - pressed < 12);
          play.click();
          for (let n = 0; n < 10; n++) {
            await frame();
            seen.add(output.textContent!);
          }
          play.click();
          await frame();
        }
        return [...seen];
      });
      expect(times).toContain("t = 0");
      expect(times.length).toBeGreaterThan(2);
      expect(times.filter((time) => !/^t = [0-3](\.\d+)?$/.test(time))).toEqual([]);
    });
  });
});

describe("a long run", () => {
  it("shows its progress, leaves the page alive, and can be cancelled", async () => {
    const link = await encodeModel(HEAVY);
    await onPage(async (page) => {
      await settled(page);
      const before = await readings(page);
      await page.evaluate((hash) => {
        location.hash = hash;
      }, link);
      await page.waitForSelector(".progress");
      // the page draws frames while the worker computes
      const frames = await page.evaluate(async () => {
        for (let k = 0; k < 30; k++) await new Promise(requestAnimationFrame);
        return document.querySelectorAll(".progress").length;
      });
      expect(frames).toBe(1);
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.waitForSelector(".problem");
      expect(await page.locator(".problem").textContent()).toMatch(/cancelled/);
      expect(await page.locator(".progress").count()).toBe(0);
      // what is shown is the run before it, with all that was found of it
      await settled(page);
      expect(await readings(page)).toEqual(before);
      expect(await page.locator(".verdict:not(.stale) li").count()).toBe(4);
      // and it computes again
      await page.selectOption("#preset", "two-qubits");
      await settled(page);
      expect(await readings(page)).toEqual(before);
      expect(await page.locator(".problem").count()).toBe(0);
    });
  });
});

describe("a model beyond all measure", () => {
  const shownOf = (page: Page) =>
    page.evaluate(() => ({
      sliders: document.querySelectorAll(".slider").length,
      words: document.querySelector(".about p")?.textContent?.length ?? 0,
      notes: [...document.querySelectorAll(".sliders .note, .figure .note")].map(({ textContent }) => textContent),
    }));
  const many = <T>(count: number, make: (k: number) => T) => Array.from({ length: count }, (_, k) => make(k));

  it("has no more sliders, words and lines than a page can show", async () => {
    const link = await encodeModel({
      version: 1,
      kind: "lindblad",
      name: "Much",
      description: "_a".repeat(300_000),
      parameters: Object.fromEntries(many(3000, (k) => [`p${k}`, 1])),
      dims: [2],
      hamiltonian: "sigmax",
      initial: "basis(2, 0)",
      times: { from: 0, to: 3, count: 101 },
      observables: Object.fromEntries(many(200, (k) => [`o${k}`, "sigmaz"])),
    });
    await onPage(async (page) => {
      await page.waitForFunction(() => document.querySelector<HTMLSelectElement>("#preset")?.value === "");
      await settled(page);
      const { sliders, words, notes } = await shownOf(page);
      expect(sliders).toBe(41);
      expect(words).toBeLessThan(5000);
      expect(notes).toEqual(["2960 more are in the model's file.", expect.stringMatching(/^The first 24 of 200/)]);
    }, link);
  });

  it("has no picture of hundreds of baths", async () => {
    const { A, ...model } = example("two-qubits") as Extract<Model, { kind: "bipartite" }>;
    const baths = many(100, (k) => ({ name: `b${k}`, beta: 1 }));
    const link = await encodeModel(
      JSON.parse(JSON.stringify({ ...model, name: "Baths", compare: {}, A: { ...A, bath: undefined, baths } })),
    );
    await onPage(async (page) => {
      await page.waitForFunction(() => document.querySelector<HTMLSelectElement>("#preset")?.value === "");
      await settled(page);
      expect((await shownOf(page)).notes.join()).toContain("101 baths are too many for a picture");
    }, link);
  });

  it("of parameters that are numbers of levels steps by whole numbers, and by others for all else", async () => {
    const link = await encodeModel({
      version: 1,
      kind: "lindblad",
      name: "Whole",
      parameters: { M: 3, N: "2 * M", omega: 2, n: 2, huge: 1e308 },
      dims: ["N"],
      hamiltonian: "omega * num(N)",
      initial: "fock(N, n)",
      times: { from: 2, to: 4, count: 11 },
      observables: { x: "num(N)" },
    });
    await onPage(async (page) => {
      await page.waitForFunction(() => document.querySelector<HTMLSelectElement>("#preset")?.value === "");
      await settled(page);
      const steps = await page.evaluate(() =>
        [...document.querySelectorAll(".slider")].map((slider) => [
          slider.querySelector("label")!.firstChild!.textContent,
          slider.querySelector<HTMLInputElement>("input[type=range]")!.max,
          ...[...slider.querySelectorAll(".end")].map(({ textContent }) => textContent),
        ]),
      );
      expect(steps).toEqual([
        ["M", "6", "0", "6"],
        ["omega", "400", "0", "4"],
        ["n", "4", "0", "4"],
        ["huge", "400", "0", "8.99·10³⁰⁷"],
        ["t", "400", "2.1", "8"],
      ]);
    }, link);
  });
});

describe("without its files", () => {
  it("the page says so, and goes on when they are there again", async () => {
    const context = await at.browser.newContext();
    try {
      const page = await context.newPage();
      let isThere = false;
      await context.route(/\.wasm$/, (route) => (isThere ? route.continue() : route.fulfill({ status: 404 })));
      await page.goto(at.url);
      await page.waitForSelector(".problem");
      expect(await page.locator(".problem").textContent()).toMatch(/kernel could not be loaded/);
      isThere = true;
      await page.selectOption("#preset", "qutrit-pair");
      await page.waitForSelector(".reading");
      expect(await page.locator(".problem").count()).toBe(0);
    } finally {
      await context.close();
    }
  });
});

describe("a link", () => {
  it("carries the model with what was changed", async () => {
    let link = "";
    await onPage(async (page) => {
      await setNumber(page, "g", 0.45);
      await settled(page);
      await page.getByRole("button", { name: "Share" }).click();
      await page.waitForFunction(() => document.querySelector<HTMLInputElement>("dialog input")?.value !== "");
      link = await page.locator("dialog input").inputValue();
      expect(link.startsWith(`${at.url}#m1=`)).toBe(true);
    });
    const { page, faults, close } = await openPage(at.browser, link);
    try {
      await page.waitForFunction(() => document.querySelector<HTMLSelectElement>("#preset")?.value === "");
      await settled(page);
      const model = example("two-qubits");
      expect(await readings(page)).toEqual(expected({ ...model, parameters: { ...model.parameters, g: 0.45 } }));
      expect(faults).toEqual([]);
    } finally {
      await close();
    }
  });

  it("that is still being opened gives way to what is chosen meanwhile", async () => {
    const link = await encodeModel({ ...example("two-qubits"), name: "Late" });
    await onPage(async (page) => {
      await settled(page);
      await page.evaluate(async (hash) => {
        location.hash = hash;
        await new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
        const select = document.querySelector<HTMLSelectElement>("#preset")!;
        select.value = "qutrit-pair";
        select.dispatchEvent(new Event("input", { bubbles: true }));
      }, link);
      await page.waitForTimeout(1000);
      expect(await page.locator("#preset").inputValue()).toBe("qutrit-pair");
    });
  });

  it("that is damaged says so, also where an earlier one is still being opened", async () => {
    const link = await encodeModel({ ...example("two-qubits"), name: "Early" });
    await onPage(async (page) => {
      await settled(page);
      await page.evaluate(async (hash) => {
        location.hash = hash;
        await new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
        location.hash = hash.slice(0, 60);
      }, link);
      await page.waitForTimeout(1000);
      expect(await page.locator(".problem").textContent()).toMatch(/damaged/);
    });
  });

  const MALFORMED: Readonly<Record<string, [() => Promise<string>, RegExp]>> = {
    "that was cut": [async () => (await encodeModel(HEAVY)).slice(0, 60), /damaged/],
    "with a digit changed": [
      async () => (await encodeModel(HEAVY)).replace(/.$/, (x) => (x === "A" ? "B" : "A")),
      /damaged/,
    ],
    "of another version": [async () => "#m7=abcd", /version "m7"/],
    "that is no base64": [async () => "#m1=%3Cscript%3E", /damaged/],
    "that is too long": [async () => `#m1=${"A".repeat(70_000)}`, /too long/],
    "with a key that is wrong": [() => encodeModel({ ...HEAVY, hamiltonien: "a" }), /\$\.hamiltonien/],
    "with an expression that is wrong": [
      () => encodeModel({ ...HEAVY, hamiltonian: "a * constructor" }),
      /\$\.hamiltonian.*constructor/,
    ],
    "of a model too large for any memory": [
      () => encodeModel({ ...HEAVY, parameters: { N: 1e9, g: 1 } }),
      /\$\.(dims|operators)/,
    ],
    "that reaches for prototypes": [async () => encodeModel(JSON.parse('{"__proto__": {"x": 1}, "version": 1}')), /./],
    "that nests deeply": [() => encodeModel(JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`)), /./],
  };
  for (const [what, [make, message]] of Object.entries(MALFORMED)) {
    it(`${what} says so, and the page goes on`, async () => {
      const fragment = await make();
      await onPage(async (page) => {
        await page.waitForSelector(".problem");
        expect(await page.locator(".problem").textContent()).toMatch(message);
        expect(await page.evaluate(() => (({}) as { x?: number }).x)).toBeUndefined();
        await setNumber(page, "g", 0.2);
        await settled(page);
        const model = example("two-qubits");
        expect(await readings(page)).toEqual(expected({ ...model, parameters: { ...model.parameters, g: 0.2 } }));
      }, fragment);
    });
  }
});
