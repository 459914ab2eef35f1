import { defineConfig, type Plugin } from "vite";
import { lean } from "./lean.ts";
import { noteWorkers, workerLicences } from "./licences.config.ts";
import { examples } from "./presets.config.ts";

/** While it is worked on, Vite puts styles into the page itself, which the page's policy forbids. */
const relaxed: Plugin = {
  name: "lindblad-no-policy",
  apply: "serve",
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ""),
};

/** What draws is fetched beside the page's first script, not after it. */
const preload: Plugin = {
  name: "lindblad-preload",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle = {} }) =>
      Object.values(bundle)
        .filter((chunk) => chunk.type === "chunk" && chunk.facadeModuleId?.endsWith("/figures/figures.tsx"))
        .map(({ fileName }) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `./${fileName}` },
          injectTo: "head",
        })),
  },
};

export default defineConfig({
  root: import.meta.dirname,
  // a static folder that works from any path
  base: "./",
  plugins: [examples(), relaxed, preload, workerLicences("licences-of-workers.md")],
  resolve: { alias: lean },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es", plugins: () => [noteWorkers()], rolldownOptions: { checks: { pluginTimings: false } } },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // data: URLs are no source of scripts or of the kernel under the page's policy
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { checks: { pluginTimings: false } },
    license: { fileName: "licences.md" },
  },
});
