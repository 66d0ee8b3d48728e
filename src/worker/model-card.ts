/** @file What others are told of a worker's model: its names, what it can do, facts of its file. */
import type { Engine } from "../engine/engine.ts";
import type { Pooling } from "../llama/context.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import type { Capability } from "../protocol/openai.ts";
import type { ServedModel as ModelCard, ModelFacts } from "../protocol/registry.ts";

export function toCard(
  [id, ...aliases]: readonly [string, ...string[]],
  { info }: Engine,
): ModelCard {
  const capabilities: Capability[] = [
    ...(info.generates ? (["chat", "completions"] as const) : []),
    ...poolingCapabilities(info.pooling),
  ];
  const created = Math.floor(Date.now() / 1000);
  return { id, aliases, capabilities, context_size: info.contextSize, created };
}

export function toFacts(description: ModelDescription): ModelFacts {
  const { architecture, parameterCount, sizeBytes, fileType } = description;
  return {
    architecture,
    parameter_count: parameterCount,
    size_bytes: sizeBytes,
    ...(fileType !== undefined && { file_type: fileType }),
  };
}

function poolingCapabilities(pooling: Pooling | null): Capability[] {
  if (pooling === null) return [];
  return pooling === "rank" ? ["rerank"] : ["embeddings"];
}
