/** Clocks that jump, by days and backwards: no number changes, nothing hangs, and what is told of the progress stays what it is. */
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  destroy,
  fock,
  mcsolve,
  mesolve,
  mesolveBatch,
  num,
  type Progress,
  steadystate,
} from "../../bindings/index.ts";
import { sweep } from "../../sweep/src/index.ts";
import { sweepFile } from "../sweep/models.ts";

const DAY = 86_400_000;
const H = num(6).add(destroy(6).add(destroy(6).dag()));
const options = { cOps: [destroy(6).scale(0.3)], eOps: { n: num(6) } };

/** What a clock says at its k-th question, made of the time it is. */
const CLOCKS: [name: string, (now: number, k: number) => number][] = [
  ["stands still", () => 1000],
  ["runs backwards", (now) => 1e9 - now],
  ["jumps on by a day each time", (now, k) => now + k * DAY],
  ["jumps back by a day each time", (now, k) => now - k * DAY],
  ["jumps to and fro", (now, k) => now + (k % 2 === 0 ? -DAY : DAY)],
];

function useClock(clock: (now: number, k: number) => number) {
  let asked = 0;
  const [now, date] = [performance.now.bind(performance), Date.now];
  vi.spyOn(performance, "now").mockImplementation(() => clock(now(), asked++));
  vi.spyOn(Date, "now").mockImplementation(() => clock(date(), asked++));
}
afterEach(() => vi.restoreAllMocks());

const solveAll = () => {
  const told: Progress[] = [];
  const onProgress = (progress: Progress) => told.push({ ...progress });
  const results = [
    mesolve(H, fock(6, 1), [0, 1, 2], { ...options, method: "rk4", dt: 1e-4, onProgress }).expect.n,
    mcsolve(H, fock(6, 3), [0, 1], { ...options, ntraj: 40, seed: 1 }).expect.n,
    mesolveBatch(
      Array.from({ length: 10 }, (_, k) => num(6).scale(k)),
      fock(6, 1),
      [0, 1],
      options,
    ).expect.n,
    steadystate(H, options.cOps).rho.toDense(),
  ];
  return { results, told };
};
const right = solveAll().results;
const file = sweepFile();
const sweepAll = async () => {
  const told: { done: number; total: number }[] = [];
  const onProgress = (progress: { done: number; total: number }) => told.push(progress);
  const { done, rows } = await sweep(file.model, file.spec, { ...file, engine: "inline", chunk: 5, onProgress });
  return { done, told, values: rows };
};

describe.each(CLOCKS)("a clock that %s", (_, clock) => {
  it("changes no number", () => {
    useClock(clock);
    const { results, told } = solveAll();
    expect(results).toEqual(right);
    // In order, and at the end there.
    expect(told.at(-1)).toMatchObject({ time: 2, fraction: 1 });
    for (let k = 1; k < told.length; k++) expect(told[k]!.steps).toBeGreaterThanOrEqual(told[k - 1]!.steps);
  });

  it("does not keep a run with a limit of time from ending", () => {
    useClock(clock);
    const { stats } = mcsolve(H, fock(6, 3), [0, 1], { ...options, ntraj: 40, seed: 1, timeout: 3600 });
    expect(stats.milliseconds).not.toBeNaN();
  });

  it("does not disturb a sweep", async () => {
    useClock(clock);
    const { done, told } = await sweepAll();
    expect(done).toBe(30);
    expect(told.at(-1)).toMatchObject({ done: 30, total: 30 });
  });
});
