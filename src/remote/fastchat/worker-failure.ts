/**
 * @file FastChat's error codes as errors of ours.
 *
 * Source: `class ErrorCode` of `fastchat/constants.py`, FastChat 0.2.36.
 */
import type { ApiError } from "../../errors/api-error.ts";
import { ModelNotFoundError } from "../../errors/model-errors.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { UpstreamBusyError, UpstreamError } from "../../errors/upstream-errors.ts";

/** What every failure of a worker begins with, whatever it is; what went wrong stands behind it in brackets. */
const preface = /^\*\*NETWORK ERROR DUE TO HIGH TRAFFIC\.[^*]*\*\*\s*/;

export function workerFailure(model: string, code: number, text: string): ApiError {
  const said = text
    .replace(preface, "")
    .replace(/^\(([\s\S]*)\)$/, "$1")
    .slice(0, 600);
  if (code === 40303) return new InvalidRequestError(said, "messages", "context_length_exceeded");
  if (code === 40301) return new ModelNotFoundError(model);
  if (code >= 42900 && code < 43000) return new UpstreamBusyError(model, said, null);
  if (code >= 40000 && code < 41000) return new InvalidRequestError(said || `It answered ${code}.`);
  if (code === 50002)
    return new UpstreamError(model, `has no GPU memory left: ${said}`, "upstream_out_of_memory");
  return new UpstreamError(model, `failed (${code})${said === "" ? "" : `: ${said}`}`);
}
