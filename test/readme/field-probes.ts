/** @file For each endpoint, its schema, a body it takes, and values for fields that a sample would not fit. */
import type { z } from "zod";
import { MessagesRequest } from "../../src/protocol/anthropic.ts";
import { InfillRequest } from "../../src/protocol/infill.ts";
import {
  OllamaChatRequest,
  OllamaEmbedRequest,
  OllamaGenerateRequest,
} from "../../src/protocol/ollama.ts";
import { ChatRequest, CompletionRequest, EmbeddingRequest } from "../../src/protocol/openai.ts";
import { RerankRequest } from "../../src/protocol/rerank.ts";
import { ResponsesRequest } from "../../src/protocol/responses.ts";
import {
  ChatPromptRequest,
  DetokenizeRequest,
  TokenizeRequest,
} from "../../src/protocol/tokens.ts";

type Fields = Record<string, unknown>;

export type Probe = {
  path: string;
  schema: z.ZodObject;
  /** Which of the tiny models answers. */
  model: "chat" | "rank";
  base: Fields;
  values: Fields;
  /** A value that only the server can give. */
  asked?: Record<string, (ask: (body: Fields) => Promise<Fields>) => Promise<unknown>>;
  /** Sent beside a field that means nothing alone. */
  beside?: Record<string, Fields>;
};

const messages = [{ role: "user", content: "Hi" }];
const parameters = { type: "object", properties: { a: { enum: [1, 2] } }, required: ["a"] };
const tools = [{ type: "function", function: { name: "f", parameters } }];
const schema = { enum: ["a", "b"] };

const generation: Fields = {
  lora: [],
  grammar: 'root ::= "a"',
  json_schema: schema,
  guided_json: schema,
  guided_regex: "a+",
  guided_choice: ["a", "b"],
  guided_grammar: 'root ::= "a"',
  structured_outputs: { regex: "a" },
  response_format: { type: "json_object" },
  logit_bias: { "5": 1 },
  samplers: ["top_k", "temperature"],
  stream_options: { include_usage: true },
  min_tokens: 1,
  n: 2,
};

const refusedWords: Fields = {
  audio: { voice: "alloy" },
  functions: [{ name: "f" }],
  function_call: { name: "f" },
  web_search_options: { search_context_size: "low" },
  chat_template: "{{ x }}",
  modalities: ["text", "audio"],
};

export const probes: Probe[] = [
  {
    path: "/v1/chat/completions",
    schema: ChatRequest,
    model: "chat",
    base: { model: "chat", messages, max_tokens: 4 },
    values: {
      ...generation,
      ...refusedWords,
      tools,
      tool_choice: "auto",
      chat_template_kwargs: { enable_thinking: false },
      reasoning: { effort: "low" },
    },
    beside: {
      tool_choice: { tools },
      parallel_tool_calls: { tools },
      top_logprobs: { logprobs: true },
      continue_final_message: {
        messages: [...messages, { role: "assistant", content: "So" }],
        add_generation_prompt: false,
      },
      stream_options: { stream: true },
    },
  },
  {
    path: "/v1/completions",
    schema: CompletionRequest,
    model: "chat",
    base: { model: "chat", prompt: "Hi", max_tokens: 4 },
    values: { ...generation, best_of: 2, suffix: " end" },
    beside: { stream_options: { stream: true } },
  },
  {
    path: "/v1/responses",
    schema: ResponsesRequest,
    model: "chat",
    base: { model: "chat", input: "Hi", max_output_tokens: 4 },
    values: {
      tools: [{ type: "function", name: "f", parameters }],
      tool_choice: "auto",
      text: { format: { type: "json_object" } },
      include: ["message.output_text.logprobs"],
      reasoning: { effort: "low" },
      background: true,
      conversation: "conv_1",
      prompt: { id: "pmpt_1" },
      truncation: "disabled",
    },
    asked: {
      previous_response_id: async (ask) =>
        (await ask({ model: "chat", input: "Hi", max_output_tokens: 4 })).id,
    },
  },
  {
    path: "/v1/messages",
    schema: MessagesRequest,
    model: "chat",
    base: { model: "chat", messages, max_tokens: 4 },
    values: {
      tools: [{ name: "f", input_schema: parameters }],
      tool_choice: { type: "auto" },
      thinking: { type: "enabled", budget_tokens: 8 },
      output_config: { effort: "low" },
      metadata: { user_id: "u" },
      mcp_servers: [{ type: "url", url: "https://tools.example/mcp", name: "tools" }],
    },
  },
  {
    path: "/v1/embeddings",
    schema: EmbeddingRequest,
    model: "chat",
    base: { model: "chat", input: ["Hi"] },
    values: { dimensions: 8 },
  },
  {
    path: "/v1/rerank",
    schema: RerankRequest,
    model: "rank",
    base: { model: "rank", query: "Hi", documents: ["a", "b"] },
    values: { truncate_prompt_tokens: 32 },
    beside: { texts: { documents: null } },
  },
  {
    path: "/tokenize",
    schema: TokenizeRequest,
    model: "chat",
    base: { model: "chat", prompt: "Hi" },
    values: {
      messages,
      tools,
      tool_choice: "auto",
      chat_template_kwargs: { enable_thinking: false },
      reasoning: { effort: "low" },
    },
    beside: {
      messages: { prompt: null },
      content: { prompt: null },
      tools: { prompt: null, messages },
      tool_choice: { prompt: null, messages, tools },
      continue_final_message: {
        prompt: null,
        messages: [...messages, { role: "assistant", content: "So" }],
        add_generation_prompt: false,
      },
    },
  },
  {
    path: "/detokenize",
    schema: DetokenizeRequest,
    model: "chat",
    base: { model: "chat", tokens: [1, 2] },
    values: {},
  },
  {
    path: "/apply-template",
    schema: ChatPromptRequest,
    model: "chat",
    base: { model: "chat", messages },
    values: {
      tools,
      tool_choice: "auto",
      chat_template_kwargs: { enable_thinking: false },
      reasoning: { effort: "low" },
    },
    beside: {
      tool_choice: { tools },
      continue_final_message: {
        messages: [...messages, { role: "assistant", content: "So" }],
        add_generation_prompt: false,
      },
    },
  },
  {
    path: "/infill",
    schema: InfillRequest,
    model: "chat",
    base: { input_prefix: "a", input_suffix: "b", n_predict: 4 },
    values: { ...generation, model: "chat", input_extra: [{ filename: "a.ts", text: "x" }] },
    beside: { stream_options: { stream: true } },
  },
  {
    path: "/api/chat",
    schema: OllamaChatRequest,
    model: "chat",
    base: { model: "chat", messages, options: { num_predict: 4 }, stream: false },
    values: { format: "json", think: false, tools },
    beside: { top_logprobs: { logprobs: true } },
  },
  {
    path: "/api/generate",
    schema: OllamaGenerateRequest,
    model: "chat",
    base: { model: "chat", prompt: "Hi", options: { num_predict: 4 }, stream: false },
    values: {
      format: "json",
      think: false,
      suffix: " end",
      images: ["aGk="],
      template: "{{ .Prompt }}",
      context: [1, 2],
    },
    beside: { top_logprobs: { logprobs: true } },
  },
  {
    path: "/api/embed",
    schema: OllamaEmbedRequest,
    model: "chat",
    base: { model: "chat", input: "Hi" },
    values: { dimensions: 8 },
  },
];
