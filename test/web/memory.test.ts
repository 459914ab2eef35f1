/**
 * What the page keeps: after hundreds of solves as much as before them, and after cancelled runs one worker that solves.
 */
import type { CDPSession, Page } from "playwright-core";
import { expect, it } from "vitest";
import { encodeModel } from "../../web/src/share/link.ts";
import { HEAVY, openPage, playground, readings, setNumber, settled } from "./page.ts";

const at = playground();

/** Solves before the first look: until then engines compile, and remember what types they have seen. */
const WARM_UP = 300;
const SOLVES = 500;
/**
 * Bytes that a solve may leave behind, on either side: less than any thing that it deals with has. The model is 2 kB as text and more as
 * objects, the numbers of the run are 70 kB.
 */
const MOST = 2000;
/** Rounds of garbage collection: what the first frees may have held what the next frees. */
const ROUNDS = 5;

interface Answer {
  readonly id: number;
  readonly result: Record<string, unknown>;
}

/** The developer tools of the one worker of a page. */
async function inspectWorker(session: CDPSession) {
  const waiting = new Map<number, (result: Record<string, unknown>) => void>();
  const found: string[] = [];
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type === "worker") found.push(sessionId);
  });
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message) as Answer;
    waiting.get(id)?.(result);
  });
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  expect(found).toHaveLength(1);
  let last = 0;
  return (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      void session.send("Target.sendMessageToTarget", {
        sessionId: found[0]!,
        message: JSON.stringify({ id, method, params }),
      });
    });
}

type Ask = Awaited<ReturnType<typeof inspectWorker>>;

/** Bytes of the memory of all kernels that a worker has. */
async function kernelBytes(ask: Ask): Promise<number[]> {
  const { result } = (await ask("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" })) as {
    result: { objectId: string };
  };
  const { objects } = (await ask("Runtime.queryObjects", {
    prototypeObjectId: result.objectId,
    objectGroup: "memories",
  })) as { objects: { objectId: string } };
  const sizes = (await ask("Runtime.callFunctionOn", {
    objectId: objects.objectId,
    functionDeclaration: "function () { return this.map(({ buffer }) => buffer.byteLength); }",
    returnByValue: true,
  })) as { result: { value: number[] } };
  await ask("Runtime.releaseObjectGroup", { objectGroup: "memories" });
  return sizes.result.value;
}

/** What is left when the garbage is gone. */
async function kept(session: CDPSession, ask: Ask) {
  for (let round = 0; round < ROUNDS; round++) {
    await session.send("HeapProfiler.collectGarbage");
    await ask("HeapProfiler.collectGarbage");
  }
  const page = await session.send("Runtime.getHeapUsage");
  const worker = (await ask("Runtime.getHeapUsage")) as typeof page;
  const { metrics } = await session.send("Performance.getMetrics");
  const metric = (name: string) => metrics.find((one) => one.name === name)!.value;
  return {
    page: page.usedSize + page.backingStorageSize,
    worker: worker.usedSize + worker.backingStorageSize,
    kernel: await kernelBytes(ask),
    nodes: metric("Nodes"),
    listeners: metric("JSEventListeners"),
  };
}

/** Moves the slider of g so often, each time as soon as the run of the movement before is there. */
function solve(page: Page, count: number): Promise<void> {
  return page.evaluate(async (count) => {
    const slider = [...document.querySelectorAll(".slider")].find(({ textContent }) => /^g/.test(textContent!))!;
    const input = slider.querySelector<HTMLInputElement>("input[type=range]")!;
    for (let k = 0; k < count; k++) {
      input.value = String(150 + ((7 * k) % 200));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      do await new Promise(requestAnimationFrame);
      while (document.querySelector("#results[aria-busy=true]"));
    }
  }, count);
}

it("500 solves leave nothing behind", { timeout: 240_000 }, async () => {
  const { page, faults, close } = await openPage(at.browser, at.url);
  try {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const ask = await inspectWorker(session);
    await solve(page, WARM_UP);
    await settled(page);
    const before = await kept(session, ask);
    await solve(page, SOLVES);
    await settled(page);
    const after = await kept(session, ask);
    expect(before.kernel).toHaveLength(1);
    expect(after).toMatchObject({ kernel: before.kernel, nodes: before.nodes, listeners: before.listeners });
    expect(after.page - before.page).toBeLessThan(SOLVES * MOST);
    expect(after.worker - before.worker).toBeLessThan(SOLVES * MOST);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
});

it("30 cancelled runs leave one worker, which goes on", { timeout: 120_000 }, async () => {
  const link = await encodeModel(HEAVY);
  const { page, faults, close } = await openPage(at.browser, at.url);
  try {
    await settled(page);
    const before = await readings(page);
    const [solver] = page.workers();
    await page.evaluate((hash) => {
      location.hash = hash;
    }, link);
    for (let k = 0; k < 30; k++) {
      await page.waitForSelector(".progress");
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.waitForSelector(".progress", { state: "detached" });
      await setNumber(page, "g", 1 + k / 100);
    }
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.selectOption("#preset", "two-qubits");
    await settled(page);
    expect(await readings(page)).toEqual(before);
    // Chromium waits 2 s for a worker that is deaf before it ends the thread by force.
    const solvers = () => page.workers().filter((worker) => worker.url() === solver!.url()).length;
    await expect.poll(solvers, { timeout: 20_000 }).toBe(1);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
});
