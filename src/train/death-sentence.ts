/** @file What a training process died of, and what can be done, in a sentence. */

export type Death = {
  /** The signal, or the exit code where it left by itself. */
  how: string | number | null;
  /** By us, because somebody wished it or because it did not stop in time. */
  killed: "wish" | "slow" | null;
  /** The last it wrote to stderr. */
  lines: string[];
  /** The step of the last checkpoint. */
  checkpointStep: number | null;
};

export function toDeathSentence(death: Death): string {
  const { checkpointStep: step } = death;
  const next =
    step === null
      ? "there is no checkpoint to go on from"
      : `--resume goes on from the checkpoint of step ${step}`;
  return `${toCause(death)}; ${next}.`;
}

function toCause({ how, killed, lines }: Death): string {
  if (killed === "wish") return "The training was ended at once";
  if (killed === "slow") return "The training process did not stop in time and was killed";
  if (how === "SIGKILL")
    return "The training process was killed from outside (SIGKILL), as happens when memory runs out: a smaller context_size or batch_tokens needs less";
  const last = telling(lines);
  const words = typeof how === "string" ? `crashed (${how})` : `ended with exit code ${how}`;
  return `The training process ${words}${last === undefined ? "" : `: ${last}`}`;
}

/** The line that names the failure, else the last one. */
function telling(lines: readonly string[]): string | undefined {
  const said = lines.map((line) => line.trim()).filter((line) => line !== "");
  const line = said.findLast((one) => /GGML_ASSERT|GGML_ABORT|fatal error|^\w*Error\b/.test(one));
  return (line ?? said.at(-1))?.replace(/[.;]+$/, "");
}
