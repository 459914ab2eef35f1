#!/usr/bin/env node
/** The command `lindblad`. In the repository itself, not built: npm links commands when it installs, before a clone is built. */
import { existsSync } from "node:fs";

const built = new URL("../dist/main.js", import.meta.url);
if (existsSync(built)) {
  // biome-ignore lint/plugin: a file of this package, which there may not be yet
  await import(built.href);
} else {
  console.error("error: lindblad is not built yet: run npm start, or npm run build, in the clone first");
  process.exitCode = 1;
}
