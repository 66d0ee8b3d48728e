/** @file A parent that supervises a controller as `fastchat up` would: with an IPC channel. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("../../bin/fastchat.js", import.meta.url));
const child = spawn(process.execPath, ["--import", "tsx", entry, "controller", "--port=0"], {
  stdio: ["ignore", "pipe", "inherit", "ipc"],
  detached: true,
});
console.log(`pid ${child.pid}`);
child.stdout.pipe(process.stdout);
