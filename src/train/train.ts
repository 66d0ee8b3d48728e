/**
 * @file One training run, from its configuration to its files. This is the whole story in order:
 *
 *   read the conversations → tokenise them, with masks → load the weights → check that our network
 *   is the model's, and that gradients are right here → step after step: rows forward, the loss,
 *   rows backward, AdamW → now and then evaluate and write a checkpoint → write the result.
 *
 * How gradients come about stands in `tape/`, what a layer is in `model/decoder-layer.ts`.
 */
import { setImmediate as turn } from "node:timers/promises";
import { freeThreads } from "../engine/threads.ts";
import { UsageError } from "../errors/usage-error.ts";
import { fileDigest } from "../files/file-digest.ts";
import { ComputeDevice } from "../llama/compute-device.ts";
import { findLibraries } from "../llama/libraries.ts";
import { type Native, startNative } from "../llama/native.ts";
import type { TrainConfig, TrainEnd, TrainRecord } from "../protocol/training.ts";
import { randomStream } from "../rating/random.ts";
import { assertBase, baseModelPath, openReader, type Reader, readTemplate } from "./base-model.ts";
import { cautions } from "./cautions.ts";
import { Checkpoints, firstState, type RunState } from "./checkpoint.ts";
import { type Batches, batches, type ExampleSet } from "./examples/batches.ts";
import { exampleMaker } from "./examples/make-examples.ts";
import { packExamples, toRow } from "./examples/packing.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { Converter } from "./model/conversion.ts";
import { hyperparametersOf } from "./model/hyperparameters.ts";
import { Lora } from "./model/lora.ts";
import type { Trained } from "./model/network-graphs.ts";
import { transposeFor } from "./model/transpose-choice.ts";
import { loadWeights, type ModelWeights } from "./model/weights.ts";
import { wholeModel } from "./model/whole-model.ts";
import { OutputFolder } from "./output-folder.ts";
import type { TrainTools } from "./parent.ts";
import { checkParity } from "./parity.ts";
import { endRecord, resumeRecord, startRecord } from "./records.ts";
import { type Run, writeResults } from "./result/write-results.ts";
import { runSteps } from "./run-steps.ts";
import { checkGradients } from "./self-test.ts";
import { Trainer } from "./trainer.ts";
import { type DataProgress, readTrainingData, toExamples } from "./training-data.ts";

/**
 * Trains, and tells of every step.
 *
 * @throws {UsageError} something about the model, the data, the folder or the machine does not do.
 */
export async function train(config: TrainConfig, tools: TrainTools): Promise<TrainEnd> {
  const folder = new OutputFolder(config.output, tools.resume);
  try {
    return await trainInto(folder, config, tools);
  } finally {
    folder.release();
  }
}

async function trainInto(
  folder: OutputFolder,
  config: TrainConfig,
  tools: TrainTools,
): Promise<TrainEnd> {
  const phase = phaseTeller(tools);
  const notice = (sentence: string) => tools.tell({ event: "notice", sentence });
  const tell = (record: TrainRecord) => {
    folder.record(record);
    tools.tell(record);
  };
  const native = startNative(findLibraries(config.gpu), config.gpu, () => {});
  const threads = config.threads === "auto" ? await freeThreads() : config.threads;
  const lessons = await readLessons(config, native, phase, notice);
  const modelDigest = config.init === null ? await fileDigest(lessons.path) : null;
  const run = loadRun(config, native, lessons.reader, threads, phase);
  const { contextLength } = run.weights.hyperparameters;
  for (const caution of cautions(config, lessons.batches.steps, contextLength)) notice(caution);
  checkRun(run, lessons, phase);

  const learningRate = config.learning_rate ?? usualLearningRate(config);
  const checkpoints = new Checkpoints(config.output, run.device, run.trained.parameters);
  const { sources } = lessons;
  const { chatTemplate } = run;
  const fingerprint = fingerprintOf(config, { modelDigest, sources, chatTemplate });
  const assertOwn = (state: RunState) => fingerprint.requireSame(state.fingerprint);
  const resumed = tools.resume ? checkpoints.restoreLatest(assertOwn, notice) : null;
  if (tools.resume && resumed === null)
    notice("there is no whole checkpoint to go on from, so the run begins anew");
  if (resumed !== null) tell(resumeRecord(config.output, resumed));
  else tell(startRecord(run, lessons, { modelDigest, learningRate }));
  const { reason, step } = await runSteps({
    ...{ config, checkpoints, learningRate, tell, notice },
    trainer: trainerFor(run),
    batches: lessons.batches,
    evaluationRows: lessons.evaluationRows,
    state: resumed?.state ?? firstState(lessons.batches.steps, fingerprint.text),
    signal: tools.signal,
    pause: () => turn(),
  });
  const outputs = reason === "stopped" ? [] : writeResults(run, (name) => phase(`writing ${name}`));
  const end = endRecord({ reason, step, outputs });
  tell(end);
  return end;
}

type Phase = (label: string, done?: number, total?: number | null) => void;

/** Not oftener than ten times a second: reading is faster than anyone looks. */
function phaseTeller({ tell }: TrainTools): Phase {
  let [label, saidMs] = ["", 0];
  return (next, done = 0, total = null) => {
    const ms = performance.now();
    if (next === label && ms - saidMs < 100) return;
    [label, saidMs] = [next, ms];
    tell({ event: "phase", label: next, done, total });
  };
}

/** Everything that is learned from, in tokens and in the order of the steps. */
async function readLessons(
  config: TrainConfig,
  native: Native,
  phase: Phase,
  notice: (sentence: string) => void,
) {
  const progress: DataProgress = {
    onBad: (sentence) => notice(`left out: ${sentence}`),
    onProgress: phase,
  };
  assertBase(config);
  const data = await readTrainingData(config, progress);
  if (config.init !== null) phase("learning a vocabulary");
  const path = baseModelPath(config, data);
  const reader = await openReader(native, path, config);
  try {
    const { vocab, format } = reader;
    const { supervise, packing, context_size: contextSize } = config;
    const make = await exampleMaker({ format, vocab, supervise, contextSize });
    const { sets, evaluation, skipped } = await toExamples(data, config, make, progress);
    return {
      ...{ path, reader },
      sources: data.sources,
      skipped: data.skipped + skipped,
      evaluationCount: evaluation.length,
      evaluationRows: packExamples(evaluation, { contextSize, packing }).map(toRow),
      batches: batchesOf(sets, config),
    };
  } finally {
    reader.close();
  }
}

type Lessons = Awaited<ReturnType<typeof readLessons>>;

/** @throws {UsageError} small weights leave nothing of what there is. */
function batchesOf(sets: readonly ExampleSet[], config: TrainConfig): Batches {
  const made = batches(sets, {
    contextSize: config.context_size,
    batchTokens: config.batch_tokens,
    packing: config.packing,
    epochs: config.epochs,
    maxSteps: config.max_steps,
    seed: config.seed,
  });
  if (made.steps > 0 && made.rows(0).length > 0) return made;
  throw new UsageError(
    "An epoch shows no conversation: raise the weights of the data (FILE:WEIGHT), or add conversations.",
  );
}

/** The model on the device, and what of it is trained. */
function loadRun(
  config: TrainConfig,
  native: Native,
  { file }: Reader,
  threads: number,
  phase: Phase,
): Run {
  phase("loading the model");
  const device = new ComputeDevice(native, { threads, cpuOnly: config.gpu === "cpu" });
  const converter = new Converter(
    device.isCpu ? device : new ComputeDevice(native, { threads, cpuOnly: true }),
  );
  const hyperparameters = hyperparametersOf(file);
  const isFull = config.method === "full" || config.init !== null;
  const weights = loadWeights(file, hyperparameters, device, converter, {
    trainable: isFull,
    transpose: transposeFor(config.transpose, file),
  });
  const trained = isFull ? wholeModel(device, weights) : newLora(device, weights, config);
  const { chat_template: template } = config;
  const chatTemplate = template === null ? null : readTemplate(template);
  return { native, config, base: file, device, converter, weights, trained, chatTemplate };
}

function newLora(device: ComputeDevice, weights: ModelWeights, config: TrainConfig): Trained {
  const { lora_r: r, lora_alpha: alpha, rslora, lora_targets: targets, seed } = config;
  const lora = new Lora(device, weights, { r, alpha, rslora, targets }, randomStream(seed, -3));
  return { parameters: lora.parameters, lora };
}

/** @throws {UsageError} this network, or this device, would train something wrong. */
function checkRun(run: Run, { path, batches }: Lessons, phase: Phase): void {
  const { native, device, converter, weights, trained } = run;
  phase("checking the model against llama.cpp");
  const [first] = batches.rows(0);
  if (first !== undefined) checkParity(native, path, device, weights, trained, first);
  phase("checking gradients");
  checkGradients(device, converter, weights.hyperparameters.architecture);
}

function trainerFor({ config, device, weights, trained }: Run): Trainer {
  return new Trainer(device, weights, trained, {
    contextSize: config.context_size,
    dropout: trained.lora === null ? 0 : config.lora_dropout,
    recompute: config.gradient_checkpointing,
    halfPrecision: config.precision === "bf16",
    seed: config.seed,
    beta1: config.beta1,
    beta2: config.beta2,
    weightDecay: config.weight_decay,
    maxGradNorm: config.max_grad_norm,
  });
}

function usualLearningRate({ method, init }: TrainConfig): number {
  if (init !== null) return 1e-3;
  return method === "lora" ? 2e-4 : 2e-5;
}
