/** @file A parent that trains for a long time, says who does it, and waits to be killed. */
import { fileURLToPath } from "node:url";
import { TrainConfig } from "../../src/protocol/training.ts";
import { runTraining } from "../../src/train/run.ts";

await runTraining(TrainConfig.parse({ data: [{ path: "well" }], max_steps: 100_000 }), {
  resume: false,
  signal: new AbortController().signal,
  program: {
    path: fileURLToPath(new URL("double-trainer.ts", import.meta.url)),
    execArgv: ["--import", "tsx"],
  },
  onMessage: (message) => {
    if (message.event === "notice") console.log(message.sentence);
  },
});
