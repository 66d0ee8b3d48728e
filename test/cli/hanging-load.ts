/**
 * @file A server by its law: `hanging-load.ts load` hangs in a native call while it starts, `close`
 * while it stops, on a thread of its own as the engine does.
 */
import { Worker } from "node:worker_threads";
import { serveUntilStopped } from "../../src/cli/lifetime.ts";

const [, , law] = process.argv;
const koffi = import.meta.resolve("koffi");

/** 100 s asleep in the system's own library. */
function hang(): Promise<never> {
  const sleep = `import(${JSON.stringify(koffi)}).then(({ default: koffi }) => {
    const sleep = koffi.load(null).func("uint sleep(uint)");
    require("node:worker_threads").parentPort.postMessage("asleep");
    sleep(100);
  })`;
  new Worker(sleep, { eval: true }).once("message", () => console.log("hangs"));
  return new Promise(() => {});
}

await serveUntilStopped("double", async () =>
  law === "load"
    ? hang()
    : { url: "http://127.0.0.1:1", port: 1, openRequests: () => 0, close: hang },
);
