/** The checks of the documentation find what they are there for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkSite } from "../../scripts/docs-check.mjs";
import { anchorsOf, deadLinks, linksOf, slug } from "../../scripts/links.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lindblad-docs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

describe("a built site", () => {
  const second = '<h2 id="energy">Energy</h2><h2 id="σ">σ</h2><a href="/">home</a>';

  it.each([
    ["a page without its ending", '<a href="/guide/second">', []],
    ["a page relative to this one", '<a href="./guide/second.html">', []],
    ["a heading", '<a href="/guide/second.html#energy">', []],
    ["a heading that is encoded", '<a href="/guide/second.html#%CF%83">', []],
    ["other places", '<a href="https://www.npmjs.com"><a href="mailto:a@b.org">', []],
    ["what is only in a script", "<script>const a = '<img src=\"https://elsewhere.org/a.png\">'</script>", []],
    ["no page", '<a class="x" href="/guide/third.html">', ["index.html: /guide/third.html: there is no such page"]],
    [
      "no heading",
      '<a href="guide/second#heat">',
      ["index.html: guide/second#heat: guide/second.html has no such heading"],
    ],
    ["no heading of this page", '<a href="#heat">', ["index.html: #heat: index.html has no such heading"]],
    ["a comment that is shown", "<p>&lt;!-- bench x --&gt;</p>", ["index.html: shows &lt;!-- bench x --&gt;"]],
    ["an image elsewhere", '<img alt="" src="//elsewhere.org/a.png">', ["index.html: fetches //elsewhere.org/a.png"]],
    [
      "a font elsewhere",
      '<link rel="preload" href="https://elsewhere.org/f.woff2">',
      ["index.html: fetches https://elsewhere.org/f.woff2"],
    ],
    [
      "a script elsewhere",
      '<script src="https://elsewhere.org/a.js"></script>',
      ["index.html: fetches https://elsewhere.org/a.js"],
    ],
  ])("with links to %s", (_, html, faults) => {
    write({ "index.html": html, "guide/second.html": second });
    expect(checkSite(folder)).toEqual(faults);
  });

  it("below a path of its server", () => {
    write({
      "index.html": '<a href="/lindblad/guide/second#energy"><a href="/guide/second">',
      "guide/second.html": "<p id=energy>",
    });
    expect(checkSite(folder, "/lindblad/")).toEqual([
      "index.html: /lindblad/guide/second#energy: guide/second.html has no such heading",
      "index.html: /guide/second: is outside of /lindblad/",
    ]);
  });

  it("with a style sheet that fetches from elsewhere", () => {
    write({ "index.html": "", "a.css": '@import "https://elsewhere.org/a.css"; p { background: url(/a.png) }' });
    expect(checkSite(folder)).toEqual(["a.css: fetches https://elsewhere.org/a.css"]);
  });

  it("without a page", () => {
    expect(checkSite(folder)).toEqual(["there is no page"]);
  });
});

describe("a page of the repository", () => {
  it("has anchors as GitHub makes them", () => {
    expect(slug("Heat & work, by bath (U_χ)")).toBe("heat--work-by-bath-u_χ");
    const text = "# A `mesolve` run\n\n```sh\n# no heading\n```\n\n## [Energy](a.md)\n\n## Energy\n";
    expect([...anchorsOf(text)]).toEqual(["a-mesolve-run", "energy", "energy-1"]);
  });

  it("has no links in its code", () => {
    expect(linksOf("[a](b.md) `[c](d.md)` ![e](f.svg) [g](https://h.org)\n```js\n[i](j.md)\n```\n")).toEqual([
      "b.md",
      "f.svg",
    ]);
  });

  it("with links that lead nowhere", () => {
    write({
      "a.md":
        "# Top\n[1](b/c.md) [2](b/c.md#Sub) [3](b/c.md#sub) [4](d.md) [5](#top) [6](#bottom) [7](b/) [8](made/e.md)",
      "b/c.md": "## Sub\n",
    });
    expect(deadLinks(join(folder, "a.md"), [join(folder, "made")])).toEqual(["b/c.md#Sub", "d.md", "#bottom"]);
  });
});
