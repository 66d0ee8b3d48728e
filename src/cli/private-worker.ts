/** @file A worker for one command's own use: on a free port, known to no controller. */
import { UsageError } from "../errors/usage-error.ts";
import type { Lora } from "../protocol/config.ts";
import { loraFlag } from "./lora-flag.ts";
import { selfArgs } from "./self.ts";
import { Supervisor } from "./supervisor.ts";

export type PrivateWorker = { url: string; stop(): Promise<void> };

const graceMs = 2000;
/** Whoever waits for an answer does not wait for restarts. */
const noRestart = {
  firstWaitMs: 0,
  longestWaitMs: 0,
  deaths: 1,
  windowMs: 1000,
};

/** @throws {UsageError} the model cannot be served; the worker's own words. */
export async function privateWorker(
  modelPath: string,
  adapters: readonly Lora[] = [],
): Promise<PrivateWorker> {
  let supervisor: Supervisor | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    supervisor = new Supervisor(
      {
        onLine: (_, line) => line.startsWith("downloading") && console.error(line),
        onReady: (_, ready) => resolve(ready),
        onDeath: () => {},
        onGivenUp: (_, why) => reject(new UsageError(why)),
      },
      noRestart,
    );
    const lora = adapters.map((one) => `--lora=${loraFlag(one)}`);
    const model = [`--model-path=${modelPath}`, ...lora];
    const args = selfArgs("worker", ...model, "--port=0", "--no-register");
    // A token of the user's own environment would close the worker to us.
    supervisor.start({
      name: "worker",
      args,
      env: { FASTCHAT_JOIN_TOKEN: "" },
    });
  });
  return { url, stop: async () => supervisor?.stop(graceMs) };
}
