/** @file What a finished run leaves: an adapter or a model, merged and quantised as was asked for. */
import { basename, join } from "node:path";
import type { ComputeDevice } from "../../llama/compute-device.ts";
import type { GgufFile } from "../../llama/gguf-reader.ts";
import { textOf } from "../../llama/gguf-value.ts";
import { quantizeModel } from "../../llama/model-quantizer.ts";
import type { Native } from "../../llama/native.ts";
import type { TrainConfig } from "../../protocol/training.ts";
import type { Converter } from "../model/conversion.ts";
import type { Trained } from "../model/network-graphs.ts";
import type { ModelWeights } from "../model/weights.ts";
import { readAdapters, writeAdapter } from "./adapter-file.ts";
import { writeMergedModel, writeTrainedModel } from "./model-file.ts";

export type Run = {
  native: Native;
  config: TrainConfig;
  base: GgufFile;
  device: ComputeDevice;
  converter: Converter;
  weights: ModelWeights;
  trained: Trained;
  /** In place of the base's own chat template. */
  chatTemplate: string | null;
};

/** @returns The files' names, in the run's folder. */
export function writeResults(run: Run, onFile: (name: string) => void): string[] {
  const { config, trained } = run;
  const written: string[] = [];
  const put = (name: string, write: (path: string) => void) => {
    onFile(name);
    write(join(config.output, name));
    written.push(name);
  };
  if (trained.lora === null) {
    put("model-f32.gguf", (path) => writeWhole(run, path));
    quantized(run, "model-f32.gguf", "model", put);
    return written;
  }
  const { lora } = trained;
  const adapters = readAdapters(run.device, run.weights, lora);
  const { r } = lora.options;
  const about = { r, scale: lora.scale, name: nameOf(run) };
  put("adapter.gguf", (path) => writeAdapter(path, run.base, adapters, about));
  if (config.merge || config.quantize.length > 0) {
    put("merged.gguf", (path) =>
      writeMergedModel(path, run.base, run.converter, adapters, lora.scale, fileOptions(run)),
    );
    quantized(run, "merged.gguf", "merged", put);
  }
  return written;
}

function writeWhole(run: Run, path: string): void {
  writeTrainedModel(path, run.base, run.device, run.weights, fileOptions(run));
}

function quantized(
  { native, config, device }: Run,
  source: string,
  prefix: string,
  put: (name: string, write: (path: string) => void) => void,
): void {
  for (const format of config.quantize) {
    if (format === "F32" && source === "model-f32.gguf") continue;
    put(`${prefix}-${format.toLowerCase()}.gguf`, (path) =>
      quantizeModel(native, join(config.output, source), path, format, device.threads),
    );
  }
}

function fileOptions(run: Run) {
  return { name: nameOf(run), chatTemplate: run.chatTemplate };
}

function nameOf({ config, base }: Run): string {
  if (config.init !== null) return config.init.name;
  const before = textOf(base.metadata, "general.name") ?? basename(base.path, ".gguf");
  return `${before} ${basename(config.output)}`;
}
