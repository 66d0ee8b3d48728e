/** @file Models that are not here, or were not made for what is asked of them. */
import { ApiError } from "./api-error.ts";

/** No live worker serves this model. */
export class ModelNotFoundError extends ApiError {
  override readonly name = "ModelNotFoundError";
  readonly status = 404;
  readonly type = "invalid_request_error";
  readonly code = "model_not_found";
  override readonly param = "model";

  constructor(model: string, known: readonly string[] = []) {
    const hint = known.length > 0 ? ` Models here: ${known.join(", ")}.` : "";
    super(`The model '${model}' does not exist or is not being served.${hint}`);
  }
}

/** The model is served, but was not made, or not started, for this. */
export class UnsupportedCapabilityError extends ApiError {
  override readonly name = "UnsupportedCapabilityError";
  readonly status = 400;
  readonly type = "invalid_request_error";
  readonly code = "unsupported_capability";
  override readonly param: string;

  /**
   * @param able What the model can do.
   * @param param What of the request it cannot.
   * @param isRemote Another server computes it, whose flags are not ours.
   */
  constructor(
    model: string,
    capability: ModelCapability,
    able: readonly ModelCapability[],
    param = "model",
    isRemote = false,
  ) {
    const remedy = (isRemote && remoteRemedies[capability]) || remedyFor(capability, able);
    super(`The model '${model}' ${lacks[capability]}; ${remedy}.`);
    this.param = param;
  }
}

type ModelCapability = "chat" | "completions" | "embeddings" | "rerank" | "vision";

const lacks: Record<ModelCapability, string> = {
  chat: "does not chat",
  completions: "does not continue texts",
  embeddings: "gives no embeddings",
  rerank: "does not rank documents",
  vision: "reads text alone",
};
const pathOf: Record<Exclude<ModelCapability, "vision">, string> = {
  chat: "/v1/chat/completions",
  completions: "/v1/completions",
  embeddings: "/v1/embeddings",
  rerank: "/v1/rerank",
};

/** What can be done about a model whose server says, or seems, to lack it. */
const remoteRemedies: Partial<Record<ModelCapability, string>> = {
  embeddings:
    "if the server behind it gives them, name embeddings in its worker's --capabilities (capabilities in models.yaml), else ask another model",
  rerank:
    "if the server behind it does, name rerank in its worker's --capabilities (capabilities in models.yaml), else ask a reranker",
};

function remedyFor(capability: ModelCapability, able: readonly ModelCapability[]): string {
  if (capability === "rerank")
    return "start a worker with a reranker, a GGUF file whose pooling type is rank (bge-reranker-v2-m3, qwen3-reranker)";
  if (capability === "embeddings" && able.includes("chat"))
    return "start its worker with --embedding";
  if (capability === "vision") return "leave the pictures out, or ask a model that can see";
  const paths = able.flatMap((one) => (one === "vision" ? [] : pathOf[one]));
  return `ask it at ${paths.join(" or ")}`;
}
