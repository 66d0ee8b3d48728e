/** @file Which of a run's files one would serve, and how. */
import { basename, join } from "node:path";
import type { TrainConfig, TrainEnd } from "../../protocol/training.ts";

export type Servable = {
  modelPath: string;
  /** An adapter goes with the model it was trained on. */
  lora: string | null;
};

/** The model in the first format that was asked for, else any, else the adapter on its base. */
export function servableOf(config: TrainConfig, { outputs }: TrainEnd): Servable | undefined {
  const files = outputs.filter((name) => name.endsWith(".gguf"));
  const adapter = files.find(isAdapter);
  const models = files.filter((name) => !isAdapter(name));
  const wanted = config.quantize.map((type) => type.toLowerCase());
  const model =
    models.find((name) => wanted.some((type) => name.toLowerCase().includes(type))) ?? models[0];
  if (model !== undefined) return { modelPath: join(config.output, model), lora: null };
  if (adapter === undefined || config.model_path === null) return undefined;
  return { modelPath: config.model_path, lora: join(config.output, adapter) };
}

const isAdapter = (name: string) => basename(name).includes("adapter");

/** What to type, for who reads it: paths with other letters are quoted. */
export function serveCommand({ modelPath, lora }: Servable, command = "worker"): string {
  const adapter = lora === null ? [] : ["--lora", quote(lora)];
  return ["fastchat", command, "--model-path", quote(modelPath), ...adapter].join(" ");
}

const quote = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
