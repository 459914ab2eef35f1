/**
 * `npm run web:screenshots`: the playground as pictures, at three widths, in both themes, every view and example, in results/screenshots/: for
 * people to look at.
 */
import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { main, root } from "./process.mjs";
import { setup } from "./setup.mjs";

const WIDTHS = [360, 1024, 1920];
const THEMES = ["light", "dark"];
const HEIGHT = 900;
/** Pages are longer than that only where something is wrong. */
const HIGHEST = 8000;

await main(async () => {
  await setup();
  // after the setup: on a bare clone there is nothing to import
  const [{ chromium }, { preview }, { CHROMIUM_FLAGS, chromiumPath }] = await Promise.all([
    import("playwright-core"),
    import("vite"),
    import("./chromium.mjs"),
  ]);
  const folder = join(root, "results", "screenshots");
  mkdirSync(folder, { recursive: true });
  const server = await preview({ root: join(root, "web"), logLevel: "error", preview: { port: 0, host: "127.0.0.1" } });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS });
  try {
    for (const width of WIDTHS) {
      for (const colorScheme of THEMES) {
        const page = await browser.newPage({ viewport: { width, height: HEIGHT }, colorScheme });
        await page.goto(server.resolvedUrls.local[0]);
        const shoot = async (name) => {
          await picture(page, width, join(folder, `${name}-${width}-${colorScheme}.png`));
        };
        for (const option of await page.locator("#preset option").all()) {
          const id = await option.getAttribute("value");
          await page.selectOption("#preset", id);
          await shoot(id);
        }
        await page.selectOption("#preset", { index: 0 });
        for (const view of ["map", "model"]) {
          await page.click(`#tab-${view}`);
          await page.waitForTimeout(1500);
          await shoot(view);
        }
        await page.close();
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
  console.log(`pictures are in ${relative(process.cwd(), folder)}`);
});

/** The whole page, in a window as high as that: figures are drawn where they can be seen. */
async function picture(page, width, path) {
  await page.waitForTimeout(400);
  for (let k = 0; k < 2; k++) {
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.min(height, HIGHEST) });
    await page.waitForTimeout(300);
  }
  await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
  await page.screenshot({ path });
  await page.setViewportSize({ width, height: HEIGHT });
}
