/**
 * Trajectories on several machines: bit for bit those of one thread, also when a worker is killed meanwhile.
 */
import { mcsolve } from "lindblad";
import { type BuiltLindblad, buildModel, loadModel } from "lindblad/model";
import { describe, expect, it } from "vitest";
import { redisTrajectories } from "../../sweep/src/trajectories.ts";
import { lindblad, modelFile, scratch } from "../cli/lindblad.ts";
import { bipartiteModel } from "../model/models.ts";
import { failure, serverOfItsOwn, startWorker } from "./machines.ts";

/** A driven oscillator that loses quanta. */
const MODEL = {
  version: 1,
  kind: "lindblad",
  dims: [12],
  operators: { a: "destroy(12)" },
  hamiltonian: "dag(a) * a + 0.5 * (a + dag(a))",
  jumps: ["a", { op: "dag(a)", rate: 0.1 }],
  initial: "fock(12, 2)",
  times: { to: 3, count: 7 },
  observables: { n: "dag(a) * a", a: "a" },
};
const built = buildModel(loadModel(JSON.stringify(MODEL), "json")) as BuiltLindblad;

/** What does not depend on the clock. */
const numbersOf = (solution: ReturnType<typeof mcsolve>) => {
  const { stats, ...rest } = solution.toJSON() as Record<string, object>;
  const { milliseconds: _, ...counts } = stats as Record<string, unknown>;
  return { ...rest, counts };
};

const here = (options: Parameters<typeof mcsolve>[3]) => {
  const { H, rho0, tlist, jumps, observables } = built;
  return mcsolve(H, rho0, tlist, { ...options, cOps: jumps, eOps: observables });
};

describe("trajectories through Redis", () => {
  it.each([
    ["by propagators", { ntraj: 300, seed: 4 }],
    ["one by one, by Runge-Kutta steps, each of them kept", { ntraj: 40, seed: 5, method: "dop853", keepRuns: true }],
    ["until they are exact enough", { ntraj: 5000, seed: 6, target: 0.2 }],
    ["of which the one without jumps counts by its weight", { ntraj: 64, seed: 7, improvedSampling: true }],
  ] as const)("%s, are those of one thread", async (_, options) => {
    const server = await serverOfItsOwn();
    await Promise.all([startWorker(server.url), startWorker(server.url)]);
    const found = await redisTrajectories(built, { url: server.url, ...options });
    expect(numbersOf(found)).toEqual(numbersOf(here(options)));
  });

  it("are those of one thread though workers are killed", async () => {
    const server = await serverOfItsOwn();
    const options = { ntraj: 1500, seed: 8, method: "dop853" } as const;
    const workers = [await startWorker(server.url), await startWorker(server.url)];
    const killed: Promise<unknown>[] = [];
    const onProgress = ({ fraction }: { fraction: number }) => {
      if (killed.length > 0 || fraction < 0.1) return;
      killed.push(workers[0]!.kill("SIGKILL").then(() => startWorker(server.url)));
    };
    const found = await redisTrajectories(built, { url: server.url, ...options, onProgress });
    await Promise.all(killed);
    expect(killed).toHaveLength(1);
    expect(numbersOf(found)).toEqual(numbersOf(here(options)));
  });

  it("end when they are told to, with those that are done", async () => {
    const server = await serverOfItsOwn();
    await startWorker(server.url);
    const found = await redisTrajectories(built, { url: server.url, ntraj: 1e6, until: () => true });
    expect(found.ended).toBe("until");
    const { trajectories } = found;
    expect(trajectories).toBeGreaterThan(0);
    expect(found.expect).toEqual(here({ ntraj: trajectories }).expect);
    const stopped = failure(
      redisTrajectories(built, { url: server.url, ntraj: 1e6, signal: AbortSignal.timeout(500) }),
    );
    expect((await stopped).name).toBe("TimeoutError");
  });

  it("by the command", async () => {
    const server = await serverOfItsOwn();
    await startWorker(server.url);
    const file = modelFile(scratch(), MODEL);
    const asked = ["trajectories", file, "-n", "100", "--seed", "3", "--json"];
    const [far, near] = await Promise.all([lindblad(...asked, "--redis", server.url), lindblad(...asked)]);
    const { stats: _, seconds: __, ...found } = JSON.parse(far.stdout);
    const { stats: ___, seconds: ____, ...expected } = JSON.parse(near.stdout);
    expect(far.code).toBe(0);
    expect(found).toEqual(expected);
    const pair = modelFile(scratch(), bipartiteModel());
    const refused = await lindblad("trajectories", pair, "--redis", server.url);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/--redis: .* run on one thread/) });
    const both = await lindblad(...asked, "--redis", server.url, "--workers", "2");
    expect(both.stdout).toMatch(/--redis does not go with --workers/);
  });
});
