/** @file Counts tokens as a model does: its vocabulary is read, its weights are not. */
import { findLibraries } from "../llama/libraries.ts";
import { Model } from "../llama/model.ts";
import { startNative } from "../llama/native.ts";
import { probeModel } from "../llama/probe.ts";
import { resolveModel } from "../models/resolve.ts";

export type TokenCounter = {
  count(text: string): number;
  /** How the model spells its special tokens. */
  specialTokens(): string[];
  free(): void;
};

/** @throws {UsageError} there is no such model, or llama.cpp refuses it. */
export async function tokenCounter(modelPath: string): Promise<TokenCounter> {
  const token = process.env.HF_TOKEN;
  const path = await resolveModel(modelPath, { ...(token && { token }) });
  await probeModel(path);
  let lastError: string | null = null;
  const native = startNative(findLibraries("cpu"), "cpu", (level, line) => {
    if (level === "error") lastError = line.trim();
  });
  const options = { gpuLayers: 0, metadataOnly: true };
  const model = new Model(native, path, options, () => lastError);
  const { vocab } = model;
  return {
    count: (text) => vocab.tokenize(text).length,
    specialTokens: () => vocab.controlTokens().map(({ text }) => text),
    free: () => model.free(),
  };
}
