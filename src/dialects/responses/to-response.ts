/** @file An answer as OpenAI's response: whole, or as the stream of events that builds it. */
import type { ErrorBody } from "../../errors/api-error.ts";
import type { Answer, AnswerEvent, ChoiceTimings, Finish } from "../../protocol/answer.ts";
import type { ResponseBody, ResponseEvent, ResponseUsage } from "../../protocol/response-body.ts";
import type { ResponsesRequest } from "../../protocol/responses.ts";
import { begun } from "../one-choice.ts";
import { toTypedEvent } from "../typed-event.ts";
import type { OnComplete } from "../whole-answer.ts";
import { OutputItems } from "./output-items.ts";

export type ResponseOptions = {
  id: string;
  onComplete: OnComplete;
  /** Told of every response that came to its end, whichever. */
  onResponse(response: ResponseBody): void;
  /** Words a failure for the client. */
  toFailure(error: unknown): ErrorBody;
};

/** @throws whatever the answer fails with: here a failure is an HTTP status. */
export async function toResponse(
  request: ResponsesRequest,
  answer: Answer,
  options: ResponseOptions,
): Promise<ResponseBody> {
  const output = new OutputItems();
  let finish: Finish | undefined;
  for await (const event of answer) {
    for (const _ of output.write(event)); // whoever reads no events still has the items grow
    finish = event.finish ?? finish;
  }
  if (finish === undefined) throw new Error("An answer ended without its finish.");
  for (const _ of output.close(endOf(finish)));
  return completed(emptyResponse(request, options.id), output, finish, options);
}

/** The events' lines, one text each; numbered from 0. */
export async function* responseEvents(
  request: ResponsesRequest,
  answer: Answer,
  options: ResponseOptions,
): AsyncGenerator<string> {
  let sequence_number = 0;
  for await (const event of toEvents(request, answer, options))
    yield toTypedEvent({ ...event, sequence_number: sequence_number++ });
}

async function* toEvents(
  request: ResponsesRequest,
  answer: Answer,
  options: ResponseOptions,
): AsyncGenerator<ResponseEvent> {
  const { events } = await begun(answer);
  const response = emptyResponse(request, options.id);
  yield { type: "response.created", response };
  yield { type: "response.in_progress", response };
  const output = new OutputItems();
  try {
    yield* outputEvents(response, events, output, options);
  } catch (error) {
    // A stream of responses tells its failure by an event of its own.
    yield { type: "response.failed", response: failed(response, output, options.toFailure(error)) };
  }
}

async function* outputEvents(
  response: ResponseBody,
  events: AsyncIterable<AnswerEvent>,
  output: OutputItems,
  options: ResponseOptions,
): AsyncGenerator<ResponseEvent> {
  for await (const event of events) {
    yield* output.write(event);
    if (event.finish === undefined) continue;
    const end = endOf(event.finish);
    yield* output.close(end);
    yield { type: `response.${end}`, response: completed(response, output, event.finish, options) };
  }
}

function endOf({ reason }: Finish): "completed" | "incomplete" {
  return reason === "length" || reason === "content_filter" ? "incomplete" : "completed";
}

function completed(
  response: ResponseBody,
  output: OutputItems,
  finish: Finish,
  { onComplete, onResponse }: ResponseOptions,
): ResponseBody {
  const { reason, timings } = finish;
  const whole: ResponseBody = {
    ...response,
    status: endOf(finish),
    completed_at: now(),
    incomplete_details:
      reason === "length"
        ? { reason: "max_output_tokens" }
        : reason === "content_filter"
          ? { reason }
          : null,
    output: output.items,
    output_text: output.text,
    usage: toUsage(timings),
  };
  onComplete([timings]);
  onResponse(whole);
  return whole;
}

function failed(response: ResponseBody, output: OutputItems, { error }: ErrorBody): ResponseBody {
  const code = error.type === "server_error" ? error.type : (error.code ?? error.type);
  return {
    ...response,
    status: "failed",
    error: { code, message: error.message },
    output: output.items,
    output_text: output.text,
  };
}

/** A response that has only begun: what was asked for, and nothing answered. */
function emptyResponse(request: ResponsesRequest, id: string): ResponseBody {
  const { reasoning, text } = request;
  return {
    id,
    object: "response",
    created_at: now(),
    completed_at: null,
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: request.metadata ?? {},
    model: request.model,
    output: [],
    output_text: "",
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    store: request.store ?? true,
    temperature: request.temperature ?? null,
    text: { format: text?.format ?? { type: "text" }, verbosity: text?.verbosity ?? "medium" },
    tool_choice: request.tool_choice ?? "auto",
    tools: request.tools ?? [],
    top_logprobs: request.top_logprobs ?? 0,
    top_p: request.top_p ?? null,
    truncation: request.truncation ?? "disabled",
    usage: null,
    user: request.user ?? null,
  };
}

function toUsage(timings: ChoiceTimings): ResponseUsage {
  const { promptTokens, cachedTokens, completionTokens, reasoningTokens } = timings;
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: promptTokens + completionTokens,
  };
}

/** Unix time, s. */
function now(): number {
  return Math.floor(Date.now() / 1000);
}
