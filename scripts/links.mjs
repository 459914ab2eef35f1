/** The links of Markdown pages: the anchors that headings get, and links that lead nowhere. Node built-ins only. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The anchor of a heading, as GitHub makes it. */
export function slug(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** Markdown without its code, in which nothing is a link or a heading. */
const withoutCode = (text) => text.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, "").replace(/(`+)(?!`).+?\1/g, "``");

/** The anchors of a page; a heading that comes again has a number. */
export function anchorsOf(text) {
  const counts = new Map();
  // Code in a heading is part of its name; a line that begins with # inside a block of code is none.
  const headings = text.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, "").matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) => {
      const name = slug(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      return count === 0 ? name : `${name}-${count}`;
    }),
  );
}

/** Links and images of a page, but for those to other places of the web. */
export function linksOf(text) {
  return [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, link]) => link)
    .filter((link) => !/^\w+:/.test(link));
}

/** The links of a Markdown file that lead to no file, or to no heading of one; `made` are folders whose files are made by a build. */
export function deadLinks(file, made = []) {
  const text = readFileSync(file, "utf8");
  return linksOf(text).filter((link) => {
    const [path, anchor] = link.split("#");
    const target = path === "" ? file : join(dirname(file), decodeURI(path));
    if (made.some((folder) => target.startsWith(folder))) return false;
    if (!existsSync(target)) return true;
    if (anchor === undefined) return false;
    return statSync(target).isDirectory() || !anchorsOf(readFileSync(target, "utf8")).has(decodeURI(anchor));
  });
}
