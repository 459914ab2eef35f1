/**
 * `npm run web`: sets up, builds and serves the playground. `npm run web:build` only builds it, into web/dist: a static folder that works
 * from any path of any server.
 */
import { parseArgs } from "node:util";
import { binOf, main, root, run } from "./process.mjs";
import { setup } from "./setup.mjs";

await main(async () => {
  const [command, ...args] = process.argv.slice(2);
  const { values } = parseArgs({ args, options: { port: { type: "string" }, host: { type: "string" } } });
  await setup();
  if (command === "build") {
    console.log("The playground is in web/dist: put that folder on any web server.");
    return 0;
  }
  const flags = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
  return run(process.execPath, [binOf("vite"), "preview", "web", ...flags], { cwd: root });
});
