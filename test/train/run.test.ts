/** @file A training process is started, heard, stopped and survived, whatever becomes of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { TrainConfig, type TrainMessage } from "../../src/protocol/training.ts";
import { runTraining, type TrainingOptions } from "../../src/train/run.ts";
import { waitFor } from "../cli/program.ts";
import { eventually } from "../support/eventually.ts";

const double = fileURLToPath(new URL("double-trainer.ts", import.meta.url));
const program = { path: double, execArgv: ["--import", "tsx"] };
const parentProgram = fileURLToPath(new URL("short-lived-parent.ts", import.meta.url));

/** A run of the double by this law; what it said, and the switches. */
function startRun(law: string, options: Partial<TrainingOptions> & { steps?: number } = {}) {
  const { steps = 4, ...rest } = options;
  const config = TrainConfig.parse({ data: [{ path: law }], max_steps: steps });
  const heard: TrainMessage[] = [];
  const [stop, kill] = [new AbortController(), new AbortController()];
  const done = runTraining(config, {
    resume: false,
    program,
    signal: stop.signal,
    killSignal: kill.signal,
    onMessage: (message) => heard.push(message),
    ...rest,
  });
  done.catch(() => {}); // each test looks at it in its own time
  const reached = (step: number) =>
    eventually(() => heard.some((one) => one.event === "step" && one.step >= step));
  return { done, heard, stop, kill, reached };
}

const events = (heard: readonly TrainMessage[]) => heard.map(({ event }) => event);

describe("runTraining", () => {
  test("hands on each message in its order, and returns the end", async () => {
    const { done, heard } = startRun("well");
    expect(await done).toMatchObject({ reason: "finished", step: 4, outputs: ["adapter.gguf"] });
    expect(events(heard)).toEqual(
      "notice start step step checkpoint step step checkpoint end".split(" "),
    );
  });

  test("brings over a loss that JSON could not", async () => {
    const { done, heard } = startRun("well");
    await done;
    expect(heard[2]).toMatchObject({ step: 1, loss: Number.POSITIVE_INFINITY });
  });

  test("tells the process to resume", async () => {
    const { done, heard } = startRun("well", { resume: true });
    await done;
    expect(heard.find(({ event }) => event === "step")).toMatchObject({ step: 3 });
  });

  test("turns a refusal into a UsageError with its sentence", async () => {
    const { done } = startRun("refuse");
    await expect(done).rejects.toThrow(UsageError);
    await expect(done).rejects.toThrow("data.jsonl:3: messages[0].role: unknown role 'me'");
  });

  test("turns what the system refused into a UsageError with its sentence", async () => {
    const { done } = startRun("no-file");
    await expect(done).rejects.toThrow(UsageError);
    await expect(done).rejects.toThrow(/^ENOENT: no such file or directory, open '.*data\.jsonl'$/);
  });

  test("names the failed assertion of a process that aborts, and the checkpoint", async () => {
    const { done } = startRun("assert");
    await expect(done).rejects.toThrow(UsageError);
    await expect(done).rejects.toThrow(
      "The training process crashed (SIGABRT): /build/ggml.c:3012: GGML_ASSERT(a->ne[0] == b->ne[0]) failed; --resume goes on from the checkpoint of step 2.",
    );
  });

  test("says that memory may have run out when somebody else kills it, and that nothing is saved", async () => {
    const { done } = startRun("out-of-memory");
    await expect(done).rejects.toThrow(
      /killed from outside \(SIGKILL\), as happens when memory runs out: .*; there is no checkpoint to go on from\.$/,
    );
  });

  test("knows of the checkpoint that a resumed run began from", async () => {
    const { done } = startRun("assert", { resume: true });
    await expect(done).rejects.toThrow(/--resume goes on from the checkpoint of step 2\.$/);
  });

  test("names an error of the process's own", async () => {
    const { done } = startRun("bug");
    await expect(done).rejects.toThrow(
      "The training process ended with exit code 1: TypeError: undefined is not a tensor; there",
    );
  });

  test("asks the process to stop, which it does with an end of its own", async () => {
    const { done, stop, reached } = startRun("well", { steps: 1000 });
    await reached(3);
    stop.abort();
    const end = await done;
    expect(end.reason).toBe("stopped");
    expect(end.step).toBeLessThan(1000);
  });

  test("stops a run that was told so before it began", async () => {
    const { done } = startRun("well", { steps: 1000, signal: AbortSignal.abort() });
    expect((await done).reason).toBe("stopped");
  });

  test("kills at once what is wished dead", async () => {
    const { done, stop, kill, reached } = startRun("stubborn", { steps: 1000 });
    await reached(3);
    stop.abort();
    kill.abort();
    await expect(done).rejects.toThrow(
      /^The training was ended at once; --resume goes on from the checkpoint of step \d+\.$/,
    );
  });

  test("kills what is silent for too long after it was asked to stop", async () => {
    const patience = { stopMs: 100, leaveMs: 100 };
    const { done, stop, reached } = startRun("busy", { patience });
    await reached(2);
    stop.abort();
    await expect(done).rejects.toThrow("The training process did not stop in time and was killed;");
  });

  test("takes the end for the end when the process will not leave", async () => {
    const patience = { stopMs: 100, leaveMs: 100 };
    expect((await startRun("stays", { patience }).done).reason).toBe("finished");
  });

  test("leaves no training behind when its own process is killed", async () => {
    const parent = spawn(process.execPath, ["--import", "tsx", parentProgram]);
    const [, pid] = await waitFor(parent, /^pid (\d+)\n/);
    expect(isAlive(Number(pid))).toBe(true);
    parent.kill("SIGKILL");
    await once(parent, "exit");
    await eventually(() => !isAlive(Number(pid)));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
