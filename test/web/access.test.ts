/**
 * The playground for everybody: by keyboard, for screen readers, on small screens, in both themes.
 */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { openPage, playground, readings, settled, slider } from "./page.ts";

const at = playground();

/** The views, and what is there once they are loaded. */
const VIEWS = { Run: ".drawing svg", Map: ".map svg", "Model file": ".cm-content" } as const;

const show = async (page: Page, view: keyof typeof VIEWS): Promise<void> => {
  await page.getByRole("tab", { name: view, exact: true }).click();
  await page.waitForSelector(VIEWS[view]);
  await settled(page);
};

/** Scrolls through the page, so that all figures are drawn. */
const drawAll = (page: Page) =>
  page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
      scrollTo(0, y);
      for (let k = 0; k < 4; k++) await new Promise(requestAnimationFrame);
    }
    scrollTo(0, 0);
  });

describe("rules of WCAG 2.2 AA, by axe-core", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1280]) {
      it(`hold in ${colorScheme} at ${width} px, in all views`, async () => {
        const options = { colorScheme, viewport: { width, height: 900 } };
        const { page, faults, close } = await openPage(at.browser, at.url, options);
        try {
          // by the debugging protocol, which no policy of the page forbids
          await page.evaluate(axe.source);
          for (const view of Object.keys(VIEWS) as (keyof typeof VIEWS)[]) {
            await show(page, view);
            await drawAll(page);
            const { violations } = await page.evaluate(() =>
              (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
                runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
              }),
            );
            const found = violations.map(
              ({ id, nodes }) => `${view}: ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
            );
            expect(found).toEqual([]);
          }
          expect(faults).toEqual([]);
        } finally {
          await close();
        }
      });
    }
  }
});

describe("by keyboard", () => {
  it("everything that can be clicked is reached, in the order of the page", async () => {
    const { page, close } = await openPage(at.browser, at.url);
    try {
      await settled(page);
      const names: string[] = [];
      for (let k = 0; k < 80; k++) {
        await page.keyboard.press("Tab");
        const name = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          if (element === document.body) return "";
          const labels =
            "labels" in element ? [...(element as HTMLInputElement).labels!].map((label) => label.textContent) : [];
          return element.getAttribute("aria-label") ?? labels[0] ?? element.textContent ?? "";
        });
        if (name === "") break;
        names.push(name);
      }
      const placeOf = (pattern: RegExp) => names.findIndex((name) => pattern.test(name));
      const order = [
        /^Skip/,
        /^Run$/,
        /^Download$/,
        /^Share$/,
        /colours$/,
        /^Model/,
        /^c/,
        /^g/,
        /^Play$/,
        /^Time/,
        /^Energies as SVG$/,
      ];
      const places = order.map(placeOf);
      expect(
        places.every((place) => place >= 0),
        `${order.filter((_, k) => places[k]! < 0)} in ${names.join("; ")}`,
      ).toBe(true);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    } finally {
      await close();
    }
  });

  it("arrow keys move a slider, and the numbers follow", async () => {
    const { page, close } = await openPage(at.browser, at.url);
    try {
      await settled(page);
      const before = await readings(page);
      const range = slider(page, "ωA").locator("input[type=range]");
      const start = Number(await slider(page, "ωA").locator("input.number").inputValue());
      await range.focus();
      for (let k = 0; k < 4; k++) await page.keyboard.press("ArrowRight");
      await settled(page);
      expect(Number(await slider(page, "ωA").locator("input.number").inputValue())).toBeGreaterThan(start);
      expect((await readings(page)).U_A).not.toBe(before.U_A);
      expect(await range.getAttribute("aria-valuetext")).not.toBe("");
    } finally {
      await close();
    }
  });

  it("arrow keys go from view to view", async () => {
    const { page, close } = await openPage(at.browser, at.url);
    try {
      await page.getByRole("tab", { name: "Run", exact: true }).focus();
      await page.keyboard.press("ArrowLeft");
      await page.waitForSelector(VIEWS["Model file"]);
      expect(await page.getByRole("tab", { selected: true }).textContent()).toBe("Model file");
    } finally {
      await close();
    }
  });
});

describe("the theme", () => {
  it("is the system's until another is chosen, which stays", async () => {
    const { page, close } = await openPage(at.browser, at.url, { colorScheme: "dark" });
    try {
      await settled(page);
      const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
      const ground = () => page.locator(".drawing rect").first().getAttribute("fill");
      const dark = await ground();
      expect(await theme()).toBe("dark");
      await page.getByRole("button", { name: "Use light colours" }).click();
      await settled(page);
      expect(await theme()).toBe("light");
      expect(await ground()).not.toBe(dark);
      await page.reload();
      expect(await theme()).toBe("light");
    } finally {
      await close();
    }
  });
});

describe("figures in words", () => {
  it("every figure has a text equivalent with numbers", async () => {
    const { page, close } = await openPage(at.browser, at.url);
    try {
      await settled(page);
      await drawAll(page);
      const labels = await page.evaluate(() =>
        [...document.querySelectorAll(".drawing > svg")].map(
          (figure) => `${figure.getAttribute("role")}: ${figure.getAttribute("aria-label")}`,
        ),
      );
      expect(labels.length).toBeGreaterThanOrEqual(8);
      expect(labels.filter((label) => !/^img: .*\d/.test(label))).toEqual([]);
    } finally {
      await close();
    }
  });
});

describe("on small screens", () => {
  for (const width of [320, 360, 768]) {
    it(`nothing is wider than ${width} px, in any view`, async () => {
      const { page, close } = await openPage(at.browser, at.url, { viewport: { width, height: 740 } });
      try {
        for (const view of Object.keys(VIEWS) as (keyof typeof VIEWS)[]) {
          await show(page, view);
          await drawAll(page);
          expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBe(width);
        }
      } finally {
        await close();
      }
    });
  }
});
