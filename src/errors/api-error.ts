/**
 * @file The failures a client may see: one class each, which takes the facts and words the sentence.
 *
 * Bodies and codes are those OpenAI's SDKs dispatch on. Everything else that is thrown is our own
 * bug and is answered as a blank 500.
 */

export type ErrorType =
  | "invalid_request_error"
  | "rate_limit_error"
  | "permission_error"
  | "overloaded_error"
  | "server_error";

export type ErrorBody = {
  error: {
    message: string;
    type: ErrorType;
    param: string | null;
    code: string | null;
  };
};

export abstract class ApiError extends Error {
  abstract readonly status:
    | 400
    | 401
    | 403
    | 404
    | 405
    | 408
    | 409
    | 413
    | 415
    | 429
    | 500
    | 502
    | 503
    | 507;
  abstract readonly type: ErrorType;
  abstract readonly code: string | null;
  readonly param: string | null = null;

  /** Headers beside the body: retry hints above all. */
  headers(): Record<string, string> {
    return {};
  }

  toBody(): ErrorBody {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}

/** The request cannot be understood or asks for what is not allowed. */
export class InvalidRequestError extends ApiError {
  override readonly name = "InvalidRequestError";
  readonly status = 400;
  readonly type = "invalid_request_error";
  readonly code: string | null;
  override readonly param: string | null;

  constructor(message: string, param: string | null = null, code: string | null = null) {
    super(message);
    this.param = param;
    this.code = code;
  }
}

/** A picture of the request is none, is too large, or may not be fetched. */
export class PictureError extends InvalidRequestError {
  /** @param what ends the sentence "The picture in 'messages[0].content[1]' …". */
  constructor(param: string, what: string, code: PictureCode) {
    super(`The picture in '${param}' ${what}.`, param, code);
  }
}

/** OpenAI's own. */
export type PictureCode =
  | "invalid_image_url"
  | "invalid_base64_image"
  | "unsupported_image_media_type"
  | "image_too_large"
  | "failed_to_download_image";

/** The prompt, or the prompt and its answer, do not fit the model's context. */
export class ContextLengthError extends ApiError {
  override readonly name = "ContextLengthError";
  readonly status = 400;
  readonly type = "invalid_request_error";
  readonly code = "context_length_exceeded";
  override readonly param: string;
  readonly promptTokens: number;
  readonly contextSize: number;

  constructor(promptTokens: number, contextSize: number, param = "messages") {
    super(
      `This model's maximum context length is ${contextSize} tokens. However, your ${param} resulted in ${promptTokens} tokens. Please reduce the length of the ${param}.`,
    );
    this.promptTokens = promptTokens;
    this.contextSize = contextSize;
    this.param = param;
  }

  override toBody() {
    const { error } = super.toBody();
    return {
      error: {
        ...error,
        n_prompt_tokens: this.promptTokens,
        n_ctx: this.contextSize,
      },
    };
  }
}

/** The API key is missing or wrong. */
export class InvalidApiKeyError extends ApiError {
  override readonly name = "InvalidApiKeyError";
  readonly status = 401;
  readonly type = "invalid_request_error";
  readonly code = "invalid_api_key";

  constructor() {
    super("The API key is missing or wrong. Send it as 'Authorization: Bearer KEY'.");
  }
}

/** The caller is known or local, but this is not for them. */
export class ForbiddenError extends ApiError {
  override readonly name = "ForbiddenError";
  readonly status = 403;
  readonly type = "permission_error";
  readonly code = "forbidden";
}

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
   */
  constructor(
    model: string,
    capability: ModelCapability,
    able: readonly ModelCapability[],
    param = "model",
  ) {
    super(`The model '${model}' ${lacks[capability]}; ${remedyFor(capability, able)}.`);
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

function remedyFor(capability: ModelCapability, able: readonly ModelCapability[]): string {
  if (capability === "rerank")
    return "start a worker with a reranker, a GGUF file whose pooling type is rank (bge-reranker-v2-m3, qwen3-reranker)";
  if (capability === "embeddings" && able.includes("chat"))
    return "start its worker with --embedding";
  if (capability === "vision") return "leave the pictures out, or ask a model that can see";
  const paths = able.flatMap((one) => (one === "vision" ? [] : pathOf[one]));
  return `ask it at ${paths.join(" or ")}`;
}

/** No route has this method and path. */
export class UnknownUrlError extends ApiError {
  override readonly name = "UnknownUrlError";
  readonly status = 404;
  readonly type = "invalid_request_error";
  readonly code = "unknown_url";

  constructor(method: string, path: string) {
    super(`Unknown request URL: ${method} ${path}. Please check the URL for typos.`);
  }
}

/** The body is larger than the server reads. */
export class BodyTooLargeError extends ApiError {
  override readonly name = "BodyTooLargeError";
  readonly status = 413;
  readonly type = "invalid_request_error";
  readonly code = "body_too_large";

  constructor(limitBytes: number) {
    super(`The request body is larger than ${limitBytes} bytes.`);
  }
}

/** The body is not plain JSON: multipart, compressed, or something else. */
export class UnsupportedMediaTypeError extends ApiError {
  override readonly name = "UnsupportedMediaTypeError";
  readonly status = 415;
  readonly type = "invalid_request_error";
  readonly code = "unsupported_media_type";

  constructor(found: string) {
    super(`Send the body as uncompressed application/json, not as ${found}.`);
  }
}

/** The queue is full; `retryAfterSeconds` is when a place is expected to be free. */
export class QueueFullError extends ApiError {
  override readonly name = "QueueFullError";
  readonly status = 429;
  readonly type = "rate_limit_error";
  readonly code = "rate_limit_exceeded";
  readonly retryAfterSeconds: number;

  constructor(queued: number, retryAfterSeconds: number) {
    const waiting = queued === 1 ? "1 request is" : `${queued} requests are`;
    const seconds = retryAfterSeconds === 1 ? "1 second" : `${retryAfterSeconds} seconds`;
    super(`The server is busy: ${waiting} waiting. Try again in ${seconds}.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  override headers() {
    return { "retry-after": String(this.retryAfterSeconds) };
  }
}

/** The model is known, but nothing can serve it at this moment. */
export class UnavailableError extends ApiError {
  override readonly name = "UnavailableError";
  readonly status = 503;
  readonly type = "overloaded_error";
  readonly code: string;
  readonly retryAfterSeconds: number;

  constructor(message: string, code = "unavailable", retryAfterSeconds = 2) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  override headers() {
    return { "retry-after": String(this.retryAfterSeconds) };
  }
}

/** A worker died, or stopped answering, while it served this request. */
export class WorkerLostError extends ApiError {
  override readonly name = "WorkerLostError";
  readonly status = 502;
  readonly type = "server_error";
  readonly code = "worker_lost";

  constructor(model: string) {
    super(`The worker that served '${model}' stopped before the answer was complete.`);
  }

  override headers() {
    return { "x-should-retry": "true" };
  }
}

/** The server behind a worker failed, broke off, or made no sense; before or within an answer. */
export class UpstreamError extends ApiError {
  override readonly name = "UpstreamError";
  readonly status = 502;
  readonly type = "server_error";
  readonly code: string;

  /** @param what ends the sentence "The server behind 'x' …". */
  constructor(model: string, what: string, code = "upstream_error") {
    super(`The server behind '${model}' ${what}.`);
    this.code = code;
  }
}

/** The server behind a worker has too much to do, or has had enough of us. */
export class UpstreamBusyError extends ApiError {
  override readonly name = "UpstreamBusyError";
  readonly status = 429;
  readonly type = "rate_limit_error";
  readonly code = "upstream_busy";
  readonly retryAfter: string | null;

  /** @param retryAfter its own header, if it sent one. */
  constructor(model: string, said: string, retryAfter: string | null) {
    super(`The server behind '${model}' is busy: ${said}`);
    this.retryAfter = retryAfter;
  }

  override headers(): Record<string, string> {
    return this.retryAfter === null ? {} : { "retry-after": this.retryAfter };
  }
}

/** A worker's answer, or one event of it, is more than is held on the way to the client. */
export class AnswerTooLargeError extends ApiError {
  override readonly name = "AnswerTooLargeError";
  readonly status = 502;
  readonly type = "server_error";
  readonly code = "answer_too_large";

  constructor(limitBytes: number) {
    super(
      `The answer has more than ${limitBytes} bytes in one piece. Ask for fewer log-probabilities, prompts or choices at once.`,
    );
  }

  /** It would be as large the next time. */
  override headers() {
    return { "x-should-retry": "false" };
  }
}

/** Another live worker has this id and serves from another address. */
export class WorkerConflictError extends ApiError {
  override readonly name = "WorkerConflictError";
  readonly status = 409;
  readonly type = "invalid_request_error";
  readonly code = "worker_conflict";

  constructor(workerId: string) {
    super(`Worker ${workerId} is registered from another address.`);
  }
}

/** The controller has no such worker: it must register anew. */
export class UnknownWorkerError extends ApiError {
  override readonly name = "UnknownWorkerError";
  readonly status = 404;
  readonly type = "invalid_request_error";
  readonly code = "unknown_worker";

  constructor(workerId: string) {
    super(`No worker ${workerId} is registered. Register again.`);
  }
}

/** There is no such thing, or none that the caller may see: the two are told apart to nobody. */
export class NotFoundError extends ApiError {
  override readonly name = "NotFoundError";
  readonly status = 404;
  readonly type = "invalid_request_error";
  readonly code = "not_found";

  /** @param what `battle`, `share`: how the client called it. */
  constructor(what: string) {
    super(`There is no such ${what}.`);
  }
}

/** The request came too late, or twice: what it acts on is no longer as it was. */
export class ConflictError extends ApiError {
  override readonly name = "ConflictError";
  readonly status = 409;
  readonly type = "invalid_request_error";
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Somebody did something more often than an hour allows. */
export class HourlyLimitError extends ApiError {
  override readonly name = "HourlyLimitError";
  readonly status = 429;
  readonly type = "rate_limit_error";
  readonly code = "hourly_limit";

  /** @param what in the plural: `votes`. */
  constructor(what: string, limit: number) {
    super(`That is more than ${limit} ${what} in an hour. Please come back later.`);
  }

  override headers() {
    return { "retry-after": "600" };
  }
}

/** The disk is full or cannot be written: nothing was stored. */
export class InsufficientStorageError extends ApiError {
  override readonly name = "InsufficientStorageError";
  readonly status = 507;
  readonly type = "server_error";
  readonly code = "insufficient_storage";

  constructor() {
    super("Nothing was stored: the server's disk is full or cannot be written.");
  }
}

/** No worker holds a response with this id: it was not stored, was dropped, or its worker is gone. */
export class ResponseNotFoundError extends ApiError {
  override readonly name = "ResponseNotFoundError";
  readonly status = 404;
  readonly type = "invalid_request_error";
  readonly code = "response_not_found";

  constructor(id: string) {
    super(`Response with id '${id}' not found.`);
  }
}

/** The same of the response that a new one shall follow. */
export class PreviousResponseNotFoundError extends ApiError {
  override readonly name = "PreviousResponseNotFoundError";
  readonly status = 400;
  readonly type = "invalid_request_error";
  readonly code = "previous_response_not_found";
  override readonly param = "previous_response_id";

  constructor(id: string) {
    super(`Previous response with id '${id}' not found.`);
  }
}

/** The response that a new one shall follow is remembered where another model is served. */
export class PreviousResponseModelError extends ApiError {
  override readonly name = "PreviousResponseModelError";
  readonly status = 400;
  readonly type = "invalid_request_error";
  readonly code = "previous_response_model";
  override readonly param = "previous_response_id";

  constructor(id: string, holder: string, asked: string) {
    super(`Only the model '${holder}' can go on from the response '${id}', not '${asked}'.`);
  }
}
