/** @file The model that training begins with: a file, or one made here; its words and its template. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChatFormat } from "../chat/chat-format.ts";
import { templateFormat } from "../chat/chat-template.ts";
import { UsageError } from "../errors/usage-error.ts";
import { type GgufFile, readGguf } from "../llama/gguf-reader.ts";
import { textOf } from "../llama/gguf-value.ts";
import { Model } from "../llama/model.ts";
import type { Native } from "../llama/native.ts";
import { templateRenderer } from "../llama/template-renderer.ts";
import type { Vocab } from "../llama/vocab.ts";
import type { TrainConfig } from "../protocol/training.ts";
import { hasCheckpoints } from "./checkpoint.ts";
import { writeFreshModel } from "./fresh-model.ts";
import { hyperparametersOf } from "./model/hyperparameters.ts";
import { untrainedName } from "./output-folder.ts";
import type { TrainingData } from "./training-data.ts";

/**
 * Before anything is read that takes long.
 *
 * @throws {UsageError} there is not one model to begin with, or it is none that we train.
 */
export function assertBase({ model_path: path, init }: TrainConfig): void {
  if ((path === null) === (init === null)) {
    throw new UsageError("Give either a model to begin with (model_path) or a shape (init).");
  }
  if (path === null) return;
  if (!existsSync(path)) throw new UsageError(`There is no model file ${path}.`);
  hyperparametersOf(readGguf(path));
}

/** The model's file; a new one is written into the run's folder, or found there by who resumes. */
export function baseModelPath(config: TrainConfig, { sources }: TrainingData): string {
  const { model_path: path, init, output, seed } = config;
  if (path !== null) return path;
  const fresh = join(output, untrainedName);
  if (init !== null && !(existsSync(fresh) && hasCheckpoints(output))) {
    const lessons = sources.flatMap((source) => source.lessons);
    writeFreshModel(fresh, init, lessons, seed);
  }
  return fresh;
}

export type Reader = { file: GgufFile; vocab: Vocab; format: ChatFormat; close(): void };

/**
 * Opens the model's vocabulary and template, without its weights.
 *
 * @throws {UsageError} the file is no model; it has no chat template, and none was given.
 */
export async function openReader(
  native: Native,
  path: string,
  { chat_template: templatePath }: Pick<TrainConfig, "chat_template">,
): Promise<Reader> {
  const file = readGguf(path);
  const template =
    templatePath === null
      ? textOf(file.metadata, "tokenizer.chat_template")
      : readTemplate(templatePath);
  if (template === undefined) {
    throw new UsageError(`${path} has no chat template: give one with --chat-template FILE.`);
  }
  const options = { gpuLayers: 0, metadataOnly: true } as const;
  const model = new Model(native, path, options, () => null);
  const { vocab } = model;
  const renderer = templateRenderer({ directory: native.directory });
  const format = templateFormat({ template, render: renderer.render, ...vocab.templateTokens() });
  return {
    file,
    vocab,
    format,
    close() {
      renderer.close();
      model.free();
    },
  };
}

export function readTemplate(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`Cannot read the chat template ${path}.`);
  }
}
