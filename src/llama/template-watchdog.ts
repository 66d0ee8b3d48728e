/**
 * @file The thread that ends its process when a render takes too long or too much memory.
 *
 * A native render cannot be interrupted, so SIGKILL is the only limit that holds. It also makes
 * sure that no render outlives the parent by more than its own time.
 */
import { workerData } from "node:worker_threads";

export type Watch = {
  /** One Int32: 0 while nothing is rendered, else the number of the render. */
  rendering: SharedArrayBuffer;
  limitMs: number;
  limitBytes: number;
};

const checkEveryMs = 20;

function watch({ rendering, limitMs, limitBytes }: Watch): never {
  const state = new Int32Array(rendering);
  for (;;) {
    Atomics.wait(state, 0, 0); // asleep until a render starts
    const render = Atomics.load(state, 0);
    const deadline = performance.now() + limitMs;
    while (render !== 0 && Atomics.wait(state, 0, render, checkEveryMs) === "timed-out") {
      if (performance.now() < deadline && process.memoryUsage.rss() < limitBytes) continue;
      process.kill(process.pid, "SIGKILL");
    }
  }
}

watch(workerData as Watch);
