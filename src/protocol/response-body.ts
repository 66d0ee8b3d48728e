/** @file What OpenAI's Responses API answers: the response itself, and the events that build it. */
import type { z } from "zod";
import type { ResponsesTool, ResponsesToolChoice, TextFormat } from "./responses.ts";

export type ResponseLogprob = {
  token: string;
  logprob: number;
  bytes: number[];
  top_logprobs: { token: string; logprob: number; bytes: number[] }[];
};

export type OutputText = {
  type: "output_text";
  text: string;
  annotations: never[];
  logprobs: ResponseLogprob[];
};
export type ReasoningText = { type: "reasoning_text"; text: string };
type ItemStatus = "in_progress" | "completed" | "incomplete";

export type OutputItem =
  | {
      type: "reasoning";
      id: string;
      status: ItemStatus;
      summary: never[];
      content: ReasoningText[];
    }
  | { type: "message"; id: string; status: ItemStatus; role: "assistant"; content: OutputText[] }
  | {
      type: "function_call";
      id: string;
      status: ItemStatus;
      call_id: string;
      name: string;
      arguments: string;
    };

export type ResponseUsage = {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
};

export type ResponseBody = {
  id: string;
  object: "response";
  /** Unix time, s. */
  created_at: number;
  completed_at: number | null;
  status: "in_progress" | "completed" | "incomplete" | "failed";
  background: false;
  error: { code: string; message: string } | null;
  incomplete_details: { reason: "max_output_tokens" | "content_filter" } | null;
  instructions: string | null;
  max_output_tokens: number | null;
  metadata: Record<string, string>;
  model: string;
  output: OutputItem[];
  /** The text of all messages; OpenAI's clients add it themselves, others need not. */
  output_text: string;
  parallel_tool_calls: boolean;
  previous_response_id: string | null;
  reasoning: { effort: string | null; summary: string | null };
  store: boolean;
  /** Null where the request leaves it to the model. */
  temperature: number | null;
  text: { format: z.infer<typeof TextFormat>; verbosity: string };
  tool_choice: ResponsesToolChoice;
  tools: ResponsesTool[];
  top_logprobs: number;
  top_p: number | null;
  truncation: "auto" | "disabled";
  usage: ResponseUsage | null;
  user: string | null;
};

type Place = { item_id: string; output_index: number; content_index: number };

/** Without its number, which its place in the stream gives it. */
export type ResponseEvent =
  | {
      type: `response.${"created" | "in_progress" | "completed" | "incomplete" | "failed"}`;
      response: ResponseBody;
    }
  | {
      type: `response.output_item.${"added" | "done"}`;
      output_index: number;
      item: OutputItem;
    }
  | ({
      type: `response.content_part.${"added" | "done"}`;
      part: OutputText | ReasoningText;
    } & Place)
  | ({ type: "response.reasoning_text.delta"; delta: string } & Place)
  | ({ type: "response.reasoning_text.done"; text: string } & Place)
  | ({ type: "response.output_text.delta"; delta: string; logprobs: ResponseLogprob[] } & Place)
  | ({ type: "response.output_text.done"; text: string; logprobs: ResponseLogprob[] } & Place)
  | {
      type: "response.function_call_arguments.delta";
      item_id: string;
      output_index: number;
      delta: string;
    }
  | {
      type: "response.function_call_arguments.done";
      item_id: string;
      output_index: number;
      name: string;
      arguments: string;
    };
