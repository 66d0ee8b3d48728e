/**
 * @file Text to tokens and back, and prompts as the model reads them, as vLLM's clients ask
 * (`prompt` or `messages`) and as llama-server's do (`content`).
 */
import { z } from "zod";
import { ChatRequest } from "./openai.ts";

/** Tokenising more would keep a worker from everything else for more than a second. */
const Text = z.string().max(2_000_000);

/** A worker has one model, so its name may be left out. */
const model = z.string().min(1).max(512).nullish();

/** What of a chat request the prompt is made from; the rest of it may stand there too. */
const chatPrompt = {
  tools: ChatRequest.shape.tools,
  tool_choice: ChatRequest.shape.tool_choice,
  add_generation_prompt: ChatRequest.shape.add_generation_prompt,
  continue_final_message: ChatRequest.shape.continue_final_message,
  chat_template_kwargs: ChatRequest.shape.chat_template_kwargs,
  reasoning_effort: ChatRequest.shape.reasoning_effort,
  reasoning: ChatRequest.shape.reasoning,
  thinking_budget_tokens: ChatRequest.shape.thinking_budget_tokens,
  reasoning_budget: ChatRequest.shape.reasoning_budget,
};

/** `/apply-template`, and where a conversation is only counted. */
export const ChatPromptRequest = z.object({
  model,
  messages: ChatRequest.shape.messages,
  ...chatPrompt,
});
export type ChatPromptRequest = z.infer<typeof ChatPromptRequest>;

export const TokenizeRequest = z
  .object({
    model,
    prompt: Text.nullish(),
    /** Default true: what the model wants around a whole text. */
    add_special_tokens: z.boolean().nullish(),
    return_token_strs: z.boolean().nullish(),

    messages: ChatRequest.shape.messages.nullish(),
    ...chatPrompt,

    content: Text.nullish(),
    /** Default false. */
    add_special: z.boolean().nullish(),
    /** Default true: control tokens may be spelt in the text. */
    parse_special: z.boolean().nullish(),
    with_pieces: z.boolean().nullish(),
  })
  .refine((body) => countGiven(body.prompt, body.messages, body.content) === 1, {
    path: ["prompt"],
    error: "Send one of prompt, messages and content.",
  });
export type TokenizeRequest = z.infer<typeof TokenizeRequest>;

function countGiven(...fields: unknown[]): number {
  return fields.filter((field) => field != null).length;
}

/** vLLM's answer. */
export type TokenizeAnswer = {
  count: number;
  max_model_len: number;
  tokens: number[];
  /** Each token as the vocabulary spells it. */
  token_strs: string[] | null;
};

/** llama-server's; a piece that is not whole characters is its bytes. */
export type ContentTokens = {
  tokens: number[] | { id: number; piece: string | number[] }[];
};

export const DetokenizeRequest = z.object({
  model,
  tokens: z.array(z.int().min(0)).max(1_000_000),
});

/** The text under vLLM's name and under llama-server's. */
export type DetokenizeAnswer = { prompt: string; content: string };

/** What lm-eval reads of a tokenizer, by Hugging Face's names. */
export type TokenizerInfo = {
  tokenizer_class: string;
  bos_token: string | null;
  eos_token: string | null;
  pad_token: string | null;
  /** The Jinja template in use; null where prompts are made without one. */
  chat_template: string | null;
  add_bos_token: boolean;
  vocab_size: number;
  model_max_length: number;
};

/** FastChat's: whether each prompt and its answer fit the model. */
export const TokenCheckRequest = z.object({
  prompts: z
    .array(
      z.object({
        model: z.string().min(1).max(512),
        prompt: Text,
        max_tokens: z.int().min(0).max(10_000_000).default(0),
      }),
    )
    .max(1024),
});
export type TokenCheckRequest = z.infer<typeof TokenCheckRequest>;

export const TokenCheckAnswer = z.object({
  prompts: z.array(z.object({ fits: z.boolean(), tokenCount: z.int(), contextLength: z.int() })),
});
export type TokenCheckAnswer = z.infer<typeof TokenCheckAnswer>;
