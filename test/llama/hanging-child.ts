/** @file A child that hangs on its main thread and goes only if it watches its parent. */
import { endWithParent } from "../../src/llama/parent-watch.ts";

endWithParent();
process.stdout.write(`${process.pid}\n`);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
