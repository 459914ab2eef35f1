import { defineConfig } from "vitest/config";

/** The tests that mutants of bindings/bipartite are run against. */
export default defineConfig({
  // what bundle.mjs has made in the sandbox
  resolve: {
    alias: [{ find: /^(\.\.\/)+bindings\/(.*)\.ts$/, replacement: `${process.cwd()}/bundled/bindings/$2.js` }],
  },
  test: {
    include: ["test/bipartite/**/*.test.ts", "test/batch/**/*.test.ts", "test/model/batch-points.test.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 60_000,
    server: { deps: { external: [/\/bundled\//] } },
  },
});
