/**
 * @file A training process with a law: the name of the data says how it lives and dies. Each step
 * takes 20 ms and halves the loss; every second one is a checkpoint. Where the output folder is
 * there, it keeps its records in it.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../src/errors/usage-error.ts";
import type { TrainConfig, TrainEnd, TrainRecord } from "../../src/protocol/training.ts";
import { serveParent, type TrainTools } from "../../src/train/parent.ts";
import { believableRun } from "./report/believable-run.ts";

async function train(config: TrainConfig, tools: TrainTools): Promise<void> {
  const { resume, signal } = tools;
  const law = basename(config.data[0]?.path ?? "");
  const tell = (record: Parameters<TrainTools["tell"]>[0]) => {
    tools.tell(record);
    if (record.event !== "notice" && existsSync(config.output))
      appendFileSync(join(config.output, "metrics.jsonl"), `${JSON.stringify(record)}\n`);
  };
  tell({ event: "notice", sentence: `pid ${process.pid}` });
  if (law === "refuse") throw new UsageError("data.jsonl:3: messages[0].role: unknown role 'me'");
  if (law === "no-file") readFileSync("/nowhere/data.jsonl");
  if (law === "bug") throw new TypeError("undefined is not a tensor");
  if (!resume) tell(startOf(config));
  if (resume) tell({ event: "resume", time: 0, step: 2, checkpoint: "checkpoint-2.gguf" });
  for (let step = resume ? 3 : 1; step <= (config.max_steps ?? 4); step++) {
    await sleep(20);
    if (signal.aborted && law !== "stubborn") return tell(end("stopped", step - 1));
    tell({ event: "step", step, ...stepOf(step) });
    if (step % 2 === 0) tell({ event: "checkpoint", step, path: `checkpoint-${step}.gguf` });
    if (law === "assert" && step === 3) abortLikeGgml();
    if (law === "out-of-memory" && step === 1) process.kill(process.pid, "SIGKILL");
    if (law === "busy" && step === 2) await sleep(60_000);
  }
  tell(end("finished", config.max_steps ?? 4));
  if (law === "stays") await sleep(60_000);
}

function startOf(config: TrainConfig): TrainRecord {
  const [start] = believableRun({ steps: config.max_steps ?? 4 });
  if (start?.event !== "start") throw new Error("a run begins with its start");
  return { ...start, config };
}

const end = (reason: TrainEnd["reason"], step: number): TrainEnd => ({
  event: "end",
  time: 0,
  reason,
  step,
  outputs: reason === "stopped" ? [] : ["adapter.gguf"],
  peak_memory_bytes: 1,
});

const stepOf = (step: number) => ({
  epoch: step / 4,
  loss: step === 1 ? Number.POSITIVE_INFINITY : 2 ** -step,
  learning_rate: 1e-3,
  grad_norm: 1,
  tokens: 100,
  supervised_tokens: 50,
  tokens_per_second: 5000,
  elapsed_s: step * 0.02,
});

function abortLikeGgml(): never {
  process.stderr.write("/build/ggml.c:3012: GGML_ASSERT(a->ne[0] == b->ne[0]) failed\n");
  for (let frame = 0; frame < 40; frame++) process.stderr.write(`libggml-base.so(+0x${frame})\n`);
  process.abort();
}

serveParent(train);
