/** Starts the server on HOST and PORT; SIGTERM and SIGINT stop it when what runs is done. */
import { limitsOf } from "./limits.mjs";
import { makeServer } from "./server.mjs";

const { HOST: host = "127.0.0.1", PORT: port = "3000", LOG: level = "info" } = process.env;
const { server, stop } = makeServer({ limits: limitsOf(process.env), logger: level === "silent" ? false : { level } });

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, async () => {
    server.log.info(`${signal}: stopping`);
    await stop();
  });
}
const address = await server.listen({ host, port: Number(port) });
// Who starts it waits for this line.
console.log(`listening on ${address}`);
