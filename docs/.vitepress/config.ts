/** The documentation site. `npm run docs:build` makes the pages of the API and of the reference first, then this. */
import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import { slug } from "../../scripts/links.mjs";
import { copyLinkedFiles, leaveOutComments, linkFiles } from "./files.ts";
import { NAV, SIDEBAR } from "./sidebar.ts";

const icon = readFileSync(new URL("../../web/public/icon.svg", import.meta.url), "utf8");

export default defineConfig({
  title: "lindblad",
  description: "Open quantum systems in JavaScript, and the energetics of correlation",
  lang: "en",
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  srcExclude: ["decisions/template.md"],
  markdown: {
    // <A(t) B(0)> is a mean, no tag.
    html: false,
    // One anchor for a heading, here and where the repository's pages are read.
    anchor: { slugify: slug },
    config: (md) => {
      leaveOutComments(md);
      linkFiles(md);
    },
  },
  themeConfig: {
    search: {
      provider: "local",
      options: {
        // A function's page is one thing to find, and not its parameters and what it returns, too.
        _render(source, env, md) {
          const html = md.render(source, env);
          const isWhole = /^api\/.*\/(functions|type-aliases|variables)\//.test(env.relativePath);
          return isWhole ? html.replace(/<(\/?)h[2-6]\b/g, "<$1p") : html;
        },
        miniSearch: {
          searchOptions: {
            boost: { title: 8, titles: 2, text: 1 },
            // Guides and functions before the members of interfaces and classes, which often have the names of functions.
            boostDocument: (id: string) => (/\/api\/.*\/(interfaces|classes)\//.test(id) ? 0.3 : 1),
          },
        },
      },
    },
    outline: { level: [2, 3] },
    nav: NAV,
    sidebar: SIDEBAR,
  },
  // The index of the search is one file, fetched when it is wanted.
  vite: { build: { chunkSizeWarningLimit: 2500 } },
  buildEnd: copyLinkedFiles,
});
