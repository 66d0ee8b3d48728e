/** @file `fastchat train` as it is, but for the trainer: `node training-program.ts CONFIG [resume]`. */
import { fileURLToPath } from "node:url";
import { Interrupted } from "../../src/cli/interruption.ts";
import { runTrain } from "../../src/cli/train-run.ts";
import { UsageError } from "../../src/errors/usage-error.ts";
import { TrainConfig } from "../../src/protocol/training.ts";

const program = {
  path: fileURLToPath(new URL("../train/double-trainer.ts", import.meta.url)),
  execArgv: ["--import", "tsx"],
};
const [, , config = "{}", resume] = process.argv;
try {
  await runTrain({
    config: TrainConfig.parse(JSON.parse(config)),
    ...{ resume: resume === "resume", dataDir: undefined, program },
  });
} catch (error) {
  if (!(error instanceof UsageError || error instanceof Interrupted)) throw error;
  if (error instanceof UsageError) console.error(error.message);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
}
