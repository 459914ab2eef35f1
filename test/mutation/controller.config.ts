import { defineConfig } from "vitest/config";

/** The tests that mutants of the kernel are run against: which of them, the command says. */
export default defineConfig({
  // what controller-bundle.mjs has made in the sandbox
  resolve: {
    alias: [{ find: /^(\.\.\/)+bindings\/(.*)\.ts$/, replacement: `${process.cwd()}/bundled/bindings/$2.js` }],
  },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 60_000,
    server: { deps: { external: [/\/bundled\//] } },
  },
});
