/** @file Requests that cannot be answered as they are, whoever serves them. */
import { ApiError } from "./api-error.ts";

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

/** There is a route of this path, for other methods. */
export class WrongMethodError extends ApiError {
  override readonly name = "WrongMethodError";
  readonly status = 405;
  readonly type = "invalid_request_error";
  readonly code = "method_not_allowed";
  readonly allowed: readonly string[];

  constructor(method: string, path: string, allowed: readonly string[]) {
    super(`${path} does not take ${method}: ask it by ${allowed.join(" or ")}.`);
    this.allowed = allowed;
  }

  override headers() {
    return { allow: this.allowed.join(", ") };
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
