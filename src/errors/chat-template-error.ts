/** @file The model's own chat template is at fault: it cannot be parsed, or did not survive a render. */
import { ApiError } from "./api-error.ts";

/** Nothing the client can change, so it is told not to try again. */
export class ChatTemplateError extends ApiError {
  override readonly name = "ChatTemplateError";
  readonly status = 500;
  readonly type = "server_error";
  readonly code = "chat_template_error";

  /** The sentence alone, for those who serve nothing. */
  readonly fault: string;

  /** @param cause what the template did, after the words "The model's chat template". */
  constructor(cause: string) {
    const fault = `The model's chat template ${cause}.`;
    super(`${fault} Raw completions still work.`);
    this.fault = fault;
  }

  override headers() {
    return { "x-should-retry": "false" };
  }
}
