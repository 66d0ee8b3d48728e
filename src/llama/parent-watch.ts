/**
 * @file Ends this process when its parent has gone, even while it hangs in a native call: from a
 * thread of its own, since the main one hears of nothing meanwhile.
 */
import { Worker } from "node:worker_threads";

/** Windows keeps a dead parent's number: there the parent's own limit is all there is. */
const watch = `
  const { workerData: parent } = require("node:worker_threads");
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, 200);
`;

export function endWithParent(): void {
  new Worker(watch, { eval: true, workerData: process.ppid, execArgv: [] }).unref();
}
