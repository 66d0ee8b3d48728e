/**
 * @file What `fastchat train` does: finds the model, trains in a child, shows it, stops in good order,
 * writes the report, says what came out, and serves that where it was asked to.
 */
import { join } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { toGrouped } from "../page/number-words.ts";
import { ModelConfig } from "../protocol/config.ts";
import type { TrainConfig, TrainEnd } from "../protocol/training.ts";
import { readHistory } from "../train/report/run-history.ts";
import { type Servable, servableOf, serveCommand } from "../train/report/servable.ts";
import { runTraining, type TrainingOptions } from "../train/run.ts";
import { catchInterruption, Interrupted, type Interruption } from "./interruption.ts";
import { ProgressBar } from "./progress.ts";
import { isRemote } from "./train-config.ts";
import { TrainView } from "./train-view.ts";

export type TrainRequest = {
  config: TrainConfig;
  resume: boolean;
  /** Where downloads are kept. */
  dataDir: string | undefined;
  /** Another trainer, for tests. */
  program?: TrainingOptions["program"];
};

/**
 * Trains to the end, and tells of it.
 *
 * @returns what may be served now.
 * @throws {UsageError} it was refused, or died; {Interrupted} it was stopped.
 */
export async function runTrain(request: TrainRequest): Promise<Servable | undefined> {
  const { output } = request.config;
  const before = request.resume ? readHistory(output)?.start : undefined;
  const view = new TrainView(process.stderr, () => performance.now(), before);
  const interruption = catchInterruption(() =>
    view.say("stopping after this step with a checkpoint; Ctrl-C again ends at once"),
  );
  try {
    const config = await withLocalModel(request, interruption.stop);
    const end = await trainAndReport({ ...request, config }, view, interruption);
    tell(config, end);
    if (end.reason === "stopped") throw new Interrupted();
    return servableOf(config, end);
  } catch (error) {
    if (!(error instanceof UsageError) || !interruption.stop.aborted) throw error;
    console.error(`fastchat: ${error.message}`);
    throw new Interrupted();
  } finally {
    interruption.release();
  }
}

async function trainAndReport(
  { config, resume, program }: TrainRequest,
  view: TrainView,
  { stop, kill }: Interruption,
): Promise<TrainEnd> {
  let began = false; // a refused run may have named another run's folder
  try {
    return await runTraining(config, {
      resume,
      ...(program && { program }),
      signal: stop,
      killSignal: kill,
      onMessage: (message) => {
        began ||= message.event === "start" || message.event === "resume";
        view.show(message);
      },
    });
  } finally {
    view.stop();
    if (began) await writeReports(config.output);
  }
}

/** Also of a run that died: its records are in the folder. */
async function writeReports(folder: string): Promise<void> {
  const history = readHistory(folder);
  if (history === undefined) return;
  const { writeReport } = await import("../train/report/write-report.ts"); // its chart library takes 0.2 s to load
  try {
    writeReport(folder, history);
    console.error(`report  ${join(folder, "report.html")}`);
  } catch (error) {
    // On a full disk there is something else to hear of, or a model that is whole.
    console.error(
      `fastchat: Cannot write the report: ${error instanceof Error ? error.message : error}.`,
    );
  }
}

async function withLocalModel(
  { config, dataDir }: TrainRequest,
  signal: AbortSignal,
): Promise<TrainConfig> {
  if (config.model_path === null || !isRemote(config.model_path)) return config;
  const { resolveModel } = await import("../models/resolve.ts");
  const bar = new ProgressBar(process.stderr, () => performance.now());
  bar.start(config.model_path);
  const path = await resolveModel(config.model_path, {
    onProgress: ({ totalBytes, downloadedBytes }) => bar.update(downloadedBytes, totalBytes),
    ...(dataDir !== undefined && { dataDir }),
    ...(process.env.HF_TOKEN && { token: process.env.HF_TOKEN }),
  }).finally(() => bar.stop());
  if (signal.aborted) throw new Interrupted();
  return { ...config, model_path: path };
}

const reasons = {
  finished: "finished",
  early: "ended early: the eval loss fell no more",
  stopped: "stopped",
};

function tell(config: TrainConfig, end: TrainEnd): void {
  console.log(`${reasons[end.reason]} after step ${toGrouped(end.step)}`);
  for (const file of end.outputs) console.log(`wrote   ${join(config.output, file)}`);
  for (const line of nextLines(config, end)) console.log(line);
}

/** What one may type now. */
function nextLines(config: TrainConfig, end: TrainEnd): string[] {
  if (end.reason === "stopped")
    return [`go on   fastchat train --resume --output ${config.output}`];
  const servable = servableOf(config, end);
  if (servable === undefined) return [];
  return [`talk    ${serveCommand(servable, "chat")}`, `serve   ${serveCommand(servable)}`];
}

/** Serves what was trained until it is asked to stop, as a worker of a running controller. */
export async function serveTrained(
  { modelPath, lora }: Servable,
  place: { name: string; controllerAddress: string; joinToken: string | undefined },
): Promise<void> {
  const { serveUntilStopped } = await import("./lifetime.ts");
  const { startWorker } = await import("./worker.ts");
  const { name, ...controller } = place;
  const model = ModelConfig.parse({
    path: modelPath,
    names: [name],
    lora: lora === null ? [] : [{ path: lora }],
  });
  console.log(`serving '${name}' until Ctrl-C, at the controller ${controller.controllerAddress}`);
  await serveUntilStopped("worker", () =>
    startWorker(model, { host: "127.0.0.1", port: 0, register: true, ...controller }),
  );
}
