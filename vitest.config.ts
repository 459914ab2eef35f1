import { defineConfig } from "vitest/config";

/** LINDBLAD_BUILD chooses the kernel's build that the tests run on: release (default), relaxed or debug. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 60_000,
    // `npm run test:coverage`; what is written by the build, or vendored, is not ours to cover
    coverage: {
      provider: "v8",
      include: ["bindings/**/*.ts"],
      exclude: ["bindings/kernel/{generated,vendor}/**"],
      reporter: ["text", "json-summary", "html"],
      reportsDirectory: "coverage",
    },
  },
});
