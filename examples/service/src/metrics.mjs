/** Counters in the text format of Prometheus. */
export class Metrics {
  #pool;
  #requests = new Map();
  #milliseconds = 0;

  constructor(pool) {
    this.#pool = pool;
  }

  count(route, status, milliseconds) {
    const key = `route="${route}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    this.#milliseconds += milliseconds;
  }

  /** @param open requests for a solution that have no answer yet */
  text(open) {
    const { rss, heapUsed, arrayBuffers, external } = process.memoryUsage();
    const gauges = {
      lindblad_requests_open: open,
      lindblad_pool_running: this.#pool.running,
      lindblad_pool_pending: this.#pool.pending,
      process_resident_memory_bytes: rss,
      nodejs_heap_used_bytes: heapUsed,
      nodejs_array_buffers_bytes: arrayBuffers,
      nodejs_external_bytes: external,
    };
    const lines = [
      "# TYPE lindblad_requests_total counter",
      ...[...this.#requests].map(([labels, count]) => `lindblad_requests_total{${labels}} ${count}`),
      "# TYPE lindblad_request_seconds_total counter",
      `lindblad_request_seconds_total ${this.#milliseconds / 1000}`,
      ...Object.entries(gauges).flatMap(([name, value]) => [`# TYPE ${name} gauge`, `${name} ${value}`]),
    ];
    return `${lines.join("\n")}\n`;
  }
}
