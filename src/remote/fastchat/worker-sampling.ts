/** @file A request's sampling in the parameters of FastChat's workers; what they lack is refused. */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { WorkerQuestion } from "../../protocol/fastchat-worker.ts";
import type { ChatRequest, CompletionRequest } from "../../protocol/openai.ts";

type Request = ChatRequest | CompletionRequest;

/** FastChat's own defaults (`fastchat/protocol/openai_api_protocol.py`). */
export function workerSampling(
  request: Request,
): Pick<
  WorkerQuestion,
  | "temperature"
  | "top_p"
  | "top_k"
  | "repetition_penalty"
  | "presence_penalty"
  | "frequency_penalty"
> {
  return {
    temperature: request.temperature ?? 0.7,
    top_p: request.top_p ?? 1,
    top_k: request.top_k ? request.top_k : -1, // 0 switches it off here, and is refused there
    repetition_penalty: request.repetition_penalty ?? request.repeat_penalty ?? 1,
    presence_penalty: request.presence_penalty ?? 0,
    frequency_penalty: request.frequency_penalty ?? 0,
  };
}

const binding = [
  "grammar",
  "json_schema",
  "guided_json",
  "guided_regex",
  "guided_choice",
  "guided_grammar",
  "structured_outputs",
] as const;

/** @throws {InvalidRequestError} without it the answer would be another, and no worker has it. */
export function assertWithinReach(request: Request): void {
  const { response_format: format, logit_bias: biases } = request;
  const field =
    format != null && format.type !== "text"
      ? "response_format"
      : biases != null && Object.keys(biases).length > 0
        ? "logit_bias"
        : binding.find((one) => request[one] != null && request[one] !== "");
  if (field === undefined) return;
  throw new InvalidRequestError(
    `The model '${request.model}' is served by a FastChat worker, which has no ${field}.`,
    field,
  );
}
