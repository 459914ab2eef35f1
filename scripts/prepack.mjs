/**
 * Before `npm pack` and `npm publish` of any of the packages: what is packed is built, of the sources as they are. Without it an archive would have
 * what the last build left, or nothing.
 */
import { main } from "./process.mjs";
import { setup } from "./setup.mjs";

await main(async () => {
  await setup();
  return 0;
});
