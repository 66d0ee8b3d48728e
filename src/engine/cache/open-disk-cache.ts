/** @file The disk cache that the engine's options ask for, with all that its states depend on named. */
import { createHash } from "node:crypto";
import type { ThreadOptions } from "../engine-options.ts";
import { DiskCache } from "./disk-cache.ts";
import { stateFingerprint, weightsDigest } from "./state-fingerprint.ts";

/** What this machine made of the options. */
export type EngineFacts = { contextSize: number; gpu: string; rewindable: boolean };

/** @throws {UsageError} the folder cannot be used. */
export function openDiskCache(
  options: ThreadOptions,
  facts: EngineFacts,
  onProblem: (line: string) => void,
): DiskCache | null {
  const { promptCacheDisk, modelPath, lora } = options;
  if (promptCacheDisk === null) return null;
  const base = stateFingerprint(modelPath, { ...settingsOf(options), ...facts });
  const digests = lora.map(({ path }) => weightsDigest(path));
  const fingerprint = (adapters: string) => withAdapters(base, adapters, digests);
  return new DiskCache({
    ...promptCacheDisk,
    fingerprint,
    rewindable: facts.rewindable,
    onProblem,
  });
}

/** All options but those that change no state: one that is new counts until it is named here. */
function settingsOf({
  gauges: _gauges,
  libraries: _libraries,
  modelPath: _modelPath,
  gpuLayers: _gpuLayers,
  split: _split,
  slots: _slots,
  batchSize: _batchSize,
  threads: _threads,
  embedding: _embedding,
  embeddingOnly: _embeddingOnly,
  pooling: _pooling,
  pooledLast: _pooledLast,
  promptCacheBytes: _promptCacheBytes,
  promptCacheDisk: _promptCacheDisk,
  speculation: _speculation,
  lora: _lora,
  ...others
}: ThreadOptions): object {
  return others;
}

/**
 * Adapters are numbered as they are loaded, those of the options first; the number of one that came
 * later says nothing to the next process.
 */
function withAdapters(base: string, key: string, digests: readonly string[]): string | null {
  if (key === "") return base;
  const uses = key.split("+").map((use) => use.split("*"));
  const names = uses.map(([id, scale]) => [digests[Number(id)], scale]);
  if (names.some(([digest]) => digest === undefined)) return null;
  return createHash("sha256")
    .update(JSON.stringify([base, ...names]))
    .digest("hex");
}
