/**
 * The playground in a real browser: what it loads before it can be used, how soon that is on a slowed processor, and how its figures follow a
 * slider.
 */
import { brotliCompressSync, gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { CHROMIUM_FLAGS, chromiumPath } from "../scripts/chromium.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { pageRows, SLOWER } from "./support/page.mjs";

/** Rounds at the usual budget, in minutes. */
const [ROUNDS, MINUTES] = [11, 1];
const DRAG_SECONDS = 3;

const { minutes = MINUTES } = readOptions();
const rounds = Math.max(3, Math.round((ROUNDS * minutes) / MINUTES));
const server = await preview({ root: "web", logLevel: "error", preview: { port: 0, host: "127.0.0.1" } });
const address = server.resolvedUrls.local[0];
const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS });
try {
  await settle();
  printMachine([{ Chromium: browser.version() }], "Chromium on all cores");
  const bytes = await loaded();
  const slowed = await starts(SLOWER);
  const plain = await starts(1);
  const dragged = await drag();
  report(bytes, { slowed, plain }, dragged);
} finally {
  await browser.close();
  await server.close();
}

/** A browser that has just been started is busy with itself. */
async function settle() {
  const page = await browser.newPage();
  await page.goto(address);
  await page.waitForSelector(".drawing svg");
  await page.waitForTimeout(3000);
  await page.close();
}

/** Scripts and WebAssembly that come before all figures on the screen are drawn, compressed file by file. */
async function loaded() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const files = [];
  page.on("response", (response) => files.push(response));
  await page.goto(address);
  await page.waitForSelector(".drawing svg");
  await page.waitForTimeout(1000);
  const sizes = { gzip: 0, brotli: 0 };
  for (const response of files) {
    if (!/\.(js|wasm)$/.test(new URL(response.url()).pathname)) continue;
    const body = await response.body();
    sizes.gzip += gzipSync(body, { level: 9 }).length;
    sizes.brotli += brotliCompressSync(body).length;
  }
  await page.close();
  return sizes;
}

/** Milliseconds from the request to sliders that can be moved, and to a frame with the first solved figure in it. */
async function starts(slower) {
  const times = { sliders: [], figure: [] };
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
    await page.addInitScript(() => {
      const found = {};
      window.startTimes = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (document.querySelector(".slider input")) found.sliders ??= performance.now();
          if (found.isSeen || !document.querySelector(".drawing svg")) return;
          found.isSeen = true;
          observer.disconnect();
          // the second frame after it was put into the document begins when the first has been shown
          requestAnimationFrame(() =>
            requestAnimationFrame(() => resolve({ sliders: found.sliders, figure: performance.now() })),
          );
        });
        observer.observe(document, { childList: true, subtree: true });
      });
    });
    await page.goto(address);
    const found = await page.evaluate(() => window.startTimes);
    for (const [name, time] of Object.entries(found)) times[name].push(time);
    await context.close();
  }
  return times;
}

/** One movement of the slider of g a frame: drawings a second, and frames from a movement to the first drawing after it. */
async function drag() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(address);
  await page.waitForSelector(".drawing svg");
  await page.waitForTimeout(1000);
  const result = await page.evaluate(async (seconds) => {
    const slider = [...document.querySelectorAll(".slider")].find(({ textContent }) => /^g/.test(textContent));
    const input = slider.querySelector("input[type=range]");
    let drawings = 0;
    const observer = new MutationObserver(() => drawings++);
    observer.observe(document.querySelector(".drawing"), { childList: true });
    const frame = () => new Promise(requestAnimationFrame);
    const move = (k) => {
      input.value = String(150 + ((3 * k) % 200));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const start = performance.now();
    let frames = 0;
    while (performance.now() - start < 1000 * seconds) {
      move(frames++);
      await frame();
    }
    const rate = drawings / seconds;
    const waits = [];
    for (let k = 0; k < 20; k++) {
      // everything of the movement before has been drawn
      for (let wait = 0; wait < 20; wait++) await frame();
      const before = drawings;
      move(k);
      let waited = 0;
      while (drawings === before && waited < 200) {
        await frame();
        waited++;
      }
      waits.push(waited);
    }
    return { drawings: rate, frames: frames / seconds, waits };
  }, DRAG_SECONDS);
  await page.close();
  return result;
}

function report(bytes, starts, dragged) {
  const entry = { key: "two-qubits", bytes, ...starts, dragged };
  printTable(["playground", "measured", "aim"], pageRows(entry));
  writeResults("web", {
    versions: [{ Chromium: browser.version() }],
    settings: { rounds, cores: "all cores" },
    entries: [entry],
  });
}
