/**
 * Shards: together all points, each once; and which one the environment says.
 */
import { fc, test } from "@fast-check/vitest";
import { InvalidArgumentError } from "lindblad";
import { describe, expect, it } from "vitest";
import { readShard, shardRange } from "../../sweep/src/shards.ts";

describe("shards", () => {
  test.prop([fc.nat(2 ** 40), fc.integer({ min: 1, max: 2000 })], { seed: 9 })(
    "are all points, each once, and none is more than one point longer than another",
    (points, count) => {
      const ranges = Array.from({ length: count }, (_, index) => shardRange(points, { index, count }));
      expect(ranges[0]![0]).toBe(0);
      expect(ranges.at(-1)![1]).toBe(points);
      ranges.slice(1).forEach(([from], k) => {
        expect(from).toBe(ranges[k]![1]);
      });
      const lengths = ranges.map(([from, to]) => to - from);
      expect(lengths.reduce((a, b) => Math.max(a, b)) - lengths.reduce((a, b) => Math.min(a, b))).toBeLessThanOrEqual(
        1,
      );
    },
  );

  it.each([
    ["3/16", {}, { index: 3, count: 16 }],
    ["auto/16", { SLURM_ARRAY_TASK_ID: "3" }, { index: 3, count: 16 }],
    ["auto/16", { JOB_COMPLETION_INDEX: "15" }, { index: 15, count: 16 }],
    [
      "auto",
      {
        ...{ SLURM_ARRAY_TASK_ID: "2", SLURM_ARRAY_TASK_MIN: "0" },
        ...{ SLURM_ARRAY_TASK_MAX: "3", SLURM_ARRAY_TASK_COUNT: "4" },
      },
      { index: 2, count: 4 },
    ],
  ])("%s with %o", (name, env, shard) => {
    expect(readShard(name, env)).toEqual(shard);
  });

  it.each([
    ["16/16", {}, /counted from 0/],
    ["3", {}, /expected i\/n/],
    ["-1/4", {}, /expected i\/n/],
    ["0/0", {}, /counted from 0/],
    ["auto/16", {}, /SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX/],
    ["auto/2", { JOB_COMPLETION_INDEX: "2" }, /counted from 0/],
    ["auto", {}, /expected auto\/n/],
    ["auto", { JOB_COMPLETION_INDEX: "2" }, /expected auto\/n/],
    // tasks 3 and 7 of an array, run again
    [
      "auto",
      {
        ...{ SLURM_ARRAY_TASK_ID: "3", SLURM_ARRAY_TASK_MIN: "3" },
        ...{ SLURM_ARRAY_TASK_MAX: "7", SLURM_ARRAY_TASK_COUNT: "2" },
      },
      /does not run from 0/,
    ],
  ])("%s with %o is refused", (name, env, words) => {
    expect(() => readShard(name, env)).toThrow(InvalidArgumentError);
    expect(() => readShard(name, env)).toThrow(words);
  });
});
