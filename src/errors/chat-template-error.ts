/** @file The model's own chat template is at fault: it cannot be parsed, or did not survive a render. */
import { ApiError } from "./api-error.ts";

/** Nothing the client can change, so it is told not to try again. */
export class ChatTemplateError extends ApiError {
  override readonly name = "ChatTemplateError";
  readonly status = 500;
  readonly type = "server_error";
  readonly code = "chat_template_error";

  /** @param cause what the template did, after the words "The model's chat template". */
  constructor(cause: string) {
    super(`The model's chat template ${cause}. Raw completions still work.`);
  }

  override headers() {
    return { "x-should-retry": "false" };
  }
}
