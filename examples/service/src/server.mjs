/** The server: routes, limits of all requests together, errors as JSON, metrics. `start` of main.mjs listens. */
import Fastify from "fastify";
import { pool as makePool } from "lindblad/pool";
import { limitsOf } from "./limits.mjs";
import { Metrics } from "./metrics.mjs";
import { answerSchema } from "./schema.mjs";
import { admit, Refusal, solve, toJson, toNpz } from "./solve.mjs";

/** What a request counts as in the reason of a signal. */
const TIMEOUT = new Refusal(504, "TIMEOUT", "");
const GONE = new Refusal(499, "CLIENT_CLOSED", "the client closed the connection");

/** Status of a library's error while a model is read or run, by its code: whatever is not listed is the model's fault. */
const STATUS = { POOL_CLOSED: 503, WORKER_CRASHED: 500, KERNEL_UNAVAILABLE: 500, KERNEL_TRAP: 500 };

/**
 * Makes the server; it listens to nothing yet.
 * @param options `limits`: some of limits.mjs, by name; `logger`: as Fastify takes it
 */
export function makeServer({ limits: given = {}, logger = false } = {}) {
  const limits = { ...limitsOf(), ...given };
  const pool = makePool({ size: limits.WORKERS });
  const metrics = new Metrics(pool);
  /** Requests that each client has at this time. */
  const clients = new Map();
  let open = 0;
  let isClosing = false;

  const server = Fastify({
    logger,
    bodyLimit: limits.MAX_BODY,
    // A client that sends its request byte by byte takes a connection, and no more.
    requestTimeout: limits.TIMEOUT,
    connectionTimeout: 2 * limits.TIMEOUT,
    forceCloseConnections: "idle",
    return503OnClosing: false,
  });

  // The text goes to the library, which says where it is wrong.
  server.removeAllContentTypeParsers();
  const types = ["application/json", "application/yaml", "text/yaml", "application/x-yaml"];
  server.addContentTypeParser(types, { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  // A connection that is kept would keep the process.
  server.addHook("onSend", (_request, reply, _payload, done) => {
    if (isClosing) reply.header("connection", "close");
    done();
  });
  server.addHook("onResponse", (request, reply, done) => {
    metrics.count(request.routeOptions.url ?? "other", reply.statusCode, reply.elapsedTime);
    done();
  });

  server.setErrorHandler((error, request, reply) => {
    const status =
      error.status ?? error.statusCode ?? (typeof error.code === "string" && "name" in error ? statusOf(error) : 500);
    if (status === 500) request.log.error(error);
    if (status === 503 || status === 429) reply.header("retry-after", "1");
    // What went wrong inside is for the log.
    const message = status === 500 ? "the server failed" : error.message;
    const { code, path, line, column } = error;
    return reply
      .code(status)
      .send({ error: { code: status === 500 ? "INTERNAL" : code, message, path, line, column } });
  });
  server.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send({ error: { code: "NOT_FOUND", message: "there is POST /solve, GET /health and GET /metrics" } }),
  );

  /** Takes a place for a request, or says why there is none. @throws Refusal */
  const enter = (client) => {
    if (isClosing) throw new Refusal(503, "CLOSING", "the server is stopping");
    const own = clients.get(client) ?? 0;
    if (own >= limits.MAX_PER_CLIENT) {
      throw new Refusal(
        429,
        "TOO_MANY_REQUESTS",
        `${own} requests of this client are running or waiting, expected at most ${limits.MAX_PER_CLIENT}`,
      );
    }
    if (open >= limits.WORKERS + limits.MAX_QUEUE) {
      throw new Refusal(503, "BUSY", `${limits.MAX_QUEUE} requests are waiting already`);
    }
    clients.set(client, own + 1);
    open++;
  };
  const leave = (client) => {
    const left = clients.get(client) - 1;
    if (left === 0) clients.delete(client);
    else clients.set(client, left);
    open--;
  };

  server.post("/solve", { schema: { response: { 200: answerSchema } } }, async (request, reply) => {
    const wants = request.headers.accept?.includes("application/x-npz") ? "npz" : "json";
    enter(request.ip);
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(TIMEOUT), limits.TIMEOUT);
    const onClose = () => ended.abort(GONE);
    reply.raw.once("close", onClose);
    try {
      const built = admit(textOf(request.body), /yaml/.test(request.headers["content-type"] ?? ""), limits);
      const result = await solve(built, pool, ended.signal);
      if (wants === "json") return toJson(result);
      reply
        .header("content-type", "application/x-npz")
        .header("content-disposition", 'attachment; filename="result.npz"');
      return reply.serializer((value) => value).send(Buffer.from(toNpz(result)));
    } catch (error) {
      if (error === TIMEOUT) {
        throw new Refusal(
          504,
          "TIMEOUT",
          `the run was ended after ${limits.TIMEOUT} ms; ask for fewer times, or for less accuracy`,
        );
      }
      throw error;
    } finally {
      clearTimeout(timer);
      reply.raw.off("close", onClose);
      leave(request.ip);
    }
  });

  server.get("/health", (_request, reply) =>
    reply.code(isClosing ? 503 : 200).send({ status: isClosing ? "closing" : "ok" }),
  );
  server.get("/metrics", (_request, reply) => reply.type("text/plain; version=0.0.4").send(metrics.text(open)));

  /** Refuses what is new, waits for what runs, and ends what takes longer than the grace. */
  const stop = async () => {
    isClosing = true;
    const late = setTimeout(() => void pool.close(), limits.GRACE);
    await server.close();
    clearTimeout(late);
    await pool.close();
  };
  return { server, stop, pool };
}

/** A place in the text is one of its syntax. */
function statusOf({ code, line }) {
  // Not of the library: Node's own.
  if (code.startsWith("ERR_")) return 500;
  return STATUS[code] ?? (line === undefined ? 422 : 400);
}

/** @throws Refusal for what is not text in UTF-8 */
function textOf(body) {
  if (body === undefined || body === null) throw new Refusal(400, "EMPTY", "expected a model in the body");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new Refusal(400, "NOT_UTF8", "the body is not text in UTF-8");
  }
}
