import { defineConfig } from "vitest/config";

/** LINDBLAD_BUILD chooses the kernel's build that the tests run on: release (default), relaxed or debug. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 60_000,
  },
});
