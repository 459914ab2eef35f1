/** What page.js starts. */
import { run } from "./run.js";

run(location.href).then(
  (result) => postMessage({ result }),
  (error) => postMessage({ error: String(error.stack) }),
);
