/**
 * `lindblad sweep --redis` as a process: one coordinator a store and a sweep; Ctrl-C; going on with another engine.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lindblad, modelFile, scratch } from "../cli/lindblad.ts";
import { QUBIT, serverOfItsOwn, start, startWorker } from "./machines.ts";

const SWEEP = {
  ...QUBIT,
  sweep: { parameters: { g: { from: 0.1, to: 1, count: 300 } }, outputs: { scalars: ["n_end"] }, chunk: 10 },
};

describe("a sweep through Redis, by the command", () => {
  it("has its store and its jobs to itself, stops on Ctrl-C, and goes on with any engine", async () => {
    const server = await serverOfItsOwn();
    const folder = scratch();
    const file = modelFile(folder, SWEEP);
    const store = join(folder, "sweep.duckdb");
    const first = start(["sweep", file, "--store", store, "--redis", server.url]);
    await first.says(/no worker is there yet/);

    const second = await lindblad("sweep", file, "--store", store, "--redis", server.url);
    expect(second).toMatchObject({ code: 2, stderr: expect.stringMatching(/another sweep has it \(process \d+/) });
    const third = await lindblad("sweep", file, "--store", join(folder, "other"), "--redis", server.url);
    expect(third.code).toBe(1);
    expect(third.stderr).toMatch(new RegExp(`run through the same Redis by process ${first.process.pid} on`));

    // nobody works: once is enough
    expect(await first.kill("SIGINT")).toBe(130);
    expect(first.said).toMatch(/stopping when the points being computed are recorded/);
    await startWorker(server.url);
    const half = await lindblad("sweep", file, "--store", store, "--shard", "0/2", "--redis", server.url, "--json");
    expect(JSON.parse(half.stdout)).toMatchObject({ ended: "complete", computed: 150, total: 150, failures: {} });
    const rest = await lindblad("sweep", file, "--store", store, "--engine", "inline", "--json");
    expect(JSON.parse(rest.stdout)).toMatchObject({ ended: "complete", computed: 150, done: 300, failures: {} });
  });

  it("says what it cannot be combined with", async () => {
    const file = modelFile(scratch(), SWEEP);
    const wrong = await lindblad("sweep", file, "--store", "s", "--redis", "redis://127.0.0.1:1", "--workers", "2");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/--redis does not go with workers/) });
    const nowhere = await lindblad("sweep", file, "--store", join(scratch(), "s"), "--redis", "redis://127.0.0.1:1");
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/Redis at redis:.*ECONNREFUSED/) });
    const unnamed = await lindblad("sweep", file, "--store", "s", "--redis");
    expect(unnamed).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--redis: expected a URL.*LINDBLAD_REDIS/),
    });
  });
});
