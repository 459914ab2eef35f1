/**
 * What the site makes of Markdown that is written for the repository too. Links to files of the repository that are no pages, such as examples and job files: the files are copied into the site, and the links lead there.
 */
import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { MarkdownRenderer, SiteConfig } from "vitepress";
import { COPIED } from "../../scripts/reference.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const linked = new Set<string>();

/** Leaves out the comments between which `npm run bench -- report` writes: tags are off, so that they would be text. */
export function leaveOutComments(md: MarkdownRenderer): void {
  md.core.ruler.before("block", "comments", (state) => {
    state.src = state.src.replace(/^<!-- .* -->$/gm, "");
  });
}

/** Rewrites the links of a page. @throws where a link leads to a folder, or a page that is not one of the site's */
export function linkFiles(md: MarkdownRenderer): void {
  md.core.ruler.push("files", ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (href === null || /^(\w+:|#|\/)/.test(href)) continue;
      const page = posix.join("docs", env.relativePath);
      const file = posix.join(posix.dirname(page), decodeURI(href.replace(/#.*/, "")));
      if (file.startsWith("docs/") && /(\.md|\.html|\/)$/.test(file)) continue;
      const copy = COPIED[file];
      if (copy !== undefined) {
        token.attrSet("href", `/reference/${copy}.md${href.replace(/^[^#]*/, "")}`);
        continue;
      }
      if (!statSync(join(root, file), { throwIfNoEntry: false })?.isFile()) {
        throw new Error(`${page}: ${href} leads to no file`);
      }
      if (file.endsWith(".md")) throw new Error(`${page}: ${href} leads to a page that the site does not have`);
      linked.add(file);
      // Relative, for the site may lie below a path of its server.
      token.attrSet("href", posix.relative(posix.dirname(env.relativePath), posix.join("files", file)));
      // The site's router would look for a page.
      token.attrSet("target", "_self");
    }
  });
}

/** Copies what the pages have linked. */
export function copyLinkedFiles({ outDir }: SiteConfig): void {
  for (const file of linked) {
    const target = join(outDir, "files", file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(root, file), target);
  }
}
