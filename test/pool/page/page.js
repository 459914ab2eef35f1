/** Does what browser.test.ts asks for (?case=…); what comes of it is the promise `found`. */
import { destroy, fock, num, WorkerCrashedError } from "../../../dist/bindings/index.js";
import { pool } from "../../../dist/bindings/pool/web.js";

const oscillator = (options) => [
  num(8),
  fock(8, 3),
  [0, 0.5, 1],
  { cOps: [{ op: destroy(8), rate: 0.3 }], eOps: { n: num(8), a: destroy(8) }, ...options },
];
const endless = (options) => oscillator({ method: "rk4", dt: 1e-12, maxSteps: Number.MAX_SAFE_INTEGER, ...options });
const rejection = (promise) =>
  promise.then(
    () => "it was not rejected",
    (error) => error,
  );

const cases = {
  async run() {
    const workers = pool({ size: 1, init: { isa: "simd" } });
    const { times, expect, finalState, stats } = await workers.mesolve(...oscillator());

    // While a worker is inside of a run that would take days, this thread goes on.
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const reason = await new Promise((resolve) => {
      let calls = 0;
      const onProgress = ({ fraction }) => {
        if (++calls === 3) controller.abort(`after ${calls} reports, at ${fraction < 1e-3}`);
      };
      rejection(workers.mesolve(...endless({ signal: controller.signal, onProgress }))).then(resolve);
    });
    clearInterval(timer);

    // The same without anybody who watches: one call into the kernel.
    const signal = AbortSignal.timeout(300);
    const deaf = rejection(workers.mesolve(...endless({ signal })));
    const next = workers.mesolve(...oscillator());
    const timeout = (await deaf).name;
    const again = (await next).times.length;
    const error = await rejection(workers.mesolve(num(8), fock(7, 3), [0, 1]));
    await workers.close();
    return {
      run: {
        times: [...times],
        n: [...expect.n],
        a: [[...expect.a.re], [...expect.a.im]],
        state: [...finalState.toDense()],
        stats: [stats.method, stats.form, stats.steps, stats.build, stats.minEigenvalue],
      },
      reason,
      ticked: ticks > 0,
      timeout,
      again,
      error: [error.code, error.expected],
      closed: (await rejection(workers.mesolve(...oscillator()))).code,
    };
  },

  /** Workers that cannot start, by a policy or a wrong address, and one whose script fails later. */
  async refused() {
    const made = (worker) => pool({ size: 1, worker }).mesolve(...oscillator());
    const script = (text) => () => new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    const answer = `onmessage = ({ data: { type, job } }) => {
      if (type === "run") setTimeout(() => { throw new TypeError("boom"); });
      else postMessage({ type: "done", job, value: { objects: [] } });
    };`;
    const errors = [
      await rejection(pool({ size: 1 }).mesolve(...oscillator())),
      await rejection(made(() => new Worker("/none.js", { type: "module" }))),
      await rejection(made(script(answer))),
    ];
    return errors.map((error) => [error instanceof WorkerCrashedError, error.phase, error.message]);
  },
};

globalThis.found = cases[new URL(location.href).searchParams.get("case")]();
