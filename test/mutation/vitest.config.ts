import { defineConfig } from "vitest/config";

/** The tests that mutants of bindings/bipartite are run against. */
export default defineConfig({
  test: {
    include: ["test/bipartite/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 60_000,
  },
});
