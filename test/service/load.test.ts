import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { root } from "../support/browser.ts";

it("good requests among heavy and hostile ones are answered, and rightly, for five seconds", async () => {
  // It ends with an error where an answer is wrong, a request fails, or the server does not survive.
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(root, "scripts", "load.mjs"), "--seconds", "5"],
    { timeout: 55_000 },
  );
  expect(stderr).toBe("");
  const [, answered, wrong] = /^good +([\d.]+) .* (\d+) {2}200: /m.exec(stdout)!;
  expect(Number(answered)).toBeGreaterThan(0);
  expect(wrong).toBe("0");
});
