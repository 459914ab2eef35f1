import { mergeConfig } from "vitest/config";
import shared from "./vitest.config.ts";

/** The tests that mutants of the kernel are run against: which of them, the command says. */
const config = mergeConfig(shared, {});
config.test.include = ["test/**/*.test.ts"];
export default config;
