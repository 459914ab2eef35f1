/** Every program of the guides and of the README runs, and finds what its comments say. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/browser.ts";
import { programsOf, runHere } from "../support/programs.ts";

/** Those of the first run where the packages are installed (getting-started.test.ts), those of the second beside QuTiP (test/interop). */
const ELSEWHERE = ["getting-started.md", "coming-from-qutip.md"];
/** The programs of pages that have some. */
const PAGES = readdirSync(join(root, "docs", "guide"))
  .filter((file) => file.endsWith(".md") && !ELSEWHERE.includes(file))
  .map((file) => `docs/guide/${file}`)
  .concat("docs/index.md", "README.md")
  .map((page) => ({ page, programs: programsOf(readFileSync(join(root, page), "utf8")) }))
  .filter(({ programs }) => programs.length > 0);

describe.each(PAGES)("$page", ({ programs }) => {
  it.each(programs.map((program, k) => [k + 1, program] as const))(
    "program %i",
    async (_, program) => {
      expect((await runHere(program)).wrong).toEqual([]);
    },
    120_000,
  );
});

describe("the check of programs", () => {
  const wrong = async (code: string) => (await runHere(code)).wrong.length;

  it("finds numbers that are wrong, of every kind", async () => {
    expect(await wrong("const a = 0.5; // 0.5\n[1, 2]; // 1, 2\n({ re: 2, im: 0 }); // 2\n")).toBe(0);
    expect(await wrong("const a = 0.56; // 0.5\n[1, 3]; // 1, 2\n[1, 2, 3]; // 1, 2\n({ re: 2, im: 1 }); // 2\n")).toBe(
      4,
    );
    expect(await wrong('const s = "dense"; // "direct"\ntrue; // false\n')).toBe(2);
  });

  it("reads arithmetic, lists that go on, and what prose follows", async () => {
    const code = `const x = Math.exp(-0.3); // exp(-0.3), as it must be
Math.log(4); // 2 ln 2, in nats
const { a, b: [c] } = { a: 9 / 19, b: [Math.PI] }; // 9/19, π
new Float64Array([5, 4, 3]); // 5, 4, …
0.0312; // 3.1e-2 (rounded)
`;
    const { claims, wrong } = await runHere(code);
    expect(wrong).toEqual([]);
    expect(claims).toBe(5);
    expect((await runHere(`1; // one\n1; // larger than 2\n`)).claims).toBe(0);
  });
});
