/** The documentation site. `npm run docs:build` makes the pages of the API and of the reference first, then this. */
import { defineConfig } from "vitepress";
import { slug } from "../../scripts/links.mjs";
import { copyLinkedFiles, linkFiles } from "./files.ts";
import { NAV, SIDEBAR } from "./sidebar.ts";

export default defineConfig({
  title: "lindblad",
  description: "Open quantum systems in JavaScript, and the energetics of correlation",
  lang: "en",
  srcExclude: ["decisions/template.md"],
  markdown: {
    // <A(t) B(0)> is a mean, no tag.
    html: false,
    // One anchor for a heading, here and where the repository's pages are read.
    anchor: { slugify: slug },
    config: linkFiles,
  },
  themeConfig: {
    search: { provider: "local" },
    outline: { level: [2, 3] },
    nav: NAV,
    sidebar: SIDEBAR,
  },
  // The index of the search is one file, fetched when it is wanted.
  vite: { build: { chunkSizeWarningLimit: 2500 } },
  buildEnd: copyLinkedFiles,
});
