/**
 * A signal ends a run that would take days. Nothing here is timed: a test that returns has proved it.
 */
import type { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { ENDLESS, oscillator, realWorker, rejection, testPool } from "./support.ts";

const [H, psi, times, options] = ENDLESS;

/** A pool, and how many of its workers have been started and have ended. */
function watched(size = 1) {
  const counts = { started: 0, ended: 0 };
  const exits: Promise<void>[] = [];
  const worker = (): Worker => {
    const thread = realWorker();
    counts.started++;
    exits.push(
      new Promise((resolve) => {
        thread.once("exit", () => {
          counts.ended++;
          resolve();
        });
      }),
    );
    return thread;
  };
  return { workers: testPool({ size, worker }), counts, exits };
}

describe("a signal", () => {
  it("aborted before the call rejects it; no worker is started", async () => {
    const { workers, counts } = watched();
    const reason = new Error("too late");
    await expect(workers.mesolve(H, psi, times, { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(counts.started).toBe(0);
  });

  it("aborted while the call waits takes it out of the queue, and its neighbours never notice", async () => {
    const { workers, counts } = watched();
    const controller = new AbortController();
    const before = workers.mesolve(...oscillator());
    const waiting = rejection(workers.mesolve(H, psi, times, { ...options, signal: controller.signal }));
    const after = workers.mesolve(...oscillator());
    expect(workers.pending).toBe(2);
    controller.abort("no need");
    expect(workers.pending).toBe(1);
    expect(await waiting).toBe("no need");
    expect((await before).times).toEqual((await after).times);
    expect(counts).toEqual({ started: 1, ended: 0 });
  });

  it("aborted in the midst of a kernel call ends the thread, and another takes its place", async () => {
    const { workers, counts, exits } = watched();
    await workers.mesolve(...oscillator());
    const controller = new AbortController();
    const call = rejection(workers.mesolve(H, psi, times, { ...options, signal: controller.signal }));
    const next = workers.mesolve(...oscillator());
    // Long enough for the worker to be inside of the kernel; should it not be, the test still holds.
    setTimeout(() => controller.abort(), 100);
    expect(await call).toBe(controller.signal.reason);
    await exits[0];
    expect((await next).times).toHaveLength(3);
    expect(counts).toEqual({ started: 2, ended: 1 });
  });

  it("aborted by onProgress ends the run, as does an error that onProgress throws", async () => {
    const { workers, counts } = watched();
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const call = workers.mesolve(H, psi, times, { ...options, signal: controller.signal, onProgress });
    expect(await rejection(call)).toBe(controller.signal.reason);
    const boom = new Error("boom");
    const throwing = () => {
      throw boom;
    };
    expect(await rejection(workers.mesolve(H, psi, times, { ...options, onProgress: throwing }))).toBe(boom);
    await workers.mesolve(...oscillator());
    expect(counts).toEqual({ started: 3, ended: 2 });
  });

  it("leaves the other workers alone, and nothing behind on the signal", async () => {
    const { workers } = watched(2);
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = new Set<unknown>();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (type: string, listener: unknown) => {
      listeners.add(listener);
      addEventListener.call(signal, type, listener as () => void);
    };
    signal.removeEventListener = (type: string, listener: unknown) => {
      listeners.delete(listener);
      removeEventListener.call(signal, type, listener as () => void);
    };
    const [H2, psi2, times2, options2] = oscillator();
    const short = Array.from({ length: 20 }, () => workers.mesolve(H2, psi2, times2, { ...options2, signal }));
    // One for all: Node warns of more than ten.
    expect(listeners.size).toBe(1);
    await Promise.all(short);
    expect(listeners.size).toBe(0);
    const doomed = rejection(workers.mesolve(H, psi, times, { ...options, signal }));
    const others = Array.from({ length: 5 }, () => workers.mesolve(...oscillator()));
    await others[0];
    controller.abort();
    expect(await doomed).toBe(signal.reason);
    expect(await Promise.all(others)).toHaveLength(5);
  });

  it("ends a hundred calls at once, and the pool goes on", async () => {
    const { workers, counts } = watched(2);
    const controller = new AbortController();
    const all = Array.from({ length: 100 }, () =>
      rejection(workers.mesolve(H, psi, times, { ...options, signal: controller.signal })),
    );
    controller.abort();
    expect(new Set(await Promise.all(all))).toEqual(new Set([controller.signal.reason]));
    await workers.mesolve(...oscillator());
    expect(counts.started).toBe(3);
  });
});
