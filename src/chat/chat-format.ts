/** @file What a chat format is: a conversation in, a prompt in segments out. */
import { InvalidRequestError } from "../errors/request-errors.ts";
import type { ChatMessage, ChatTemplateKwargs, Tool } from "../protocol/openai.ts";

/** A stretch of a prompt; only `special` text may turn into control tokens. */
export type PromptSegment = { text: string; special: boolean };

export type Chat = {
  messages: readonly ChatMessage[];
  tools?: readonly Tool[] | null | undefined;
  /** Ends the prompt with the head of the assistant's turn, which is what makes the model answer. */
  addGenerationPrompt?: boolean | null | undefined;
  /** Leaves the last message, an assistant's, open, so that the model writes on. */
  continueFinalMessage?: boolean | null | undefined;
  kwargs?: ChatTemplateKwargs | null | undefined;
};

/** A turn to learn from: the three join to the conversation, or to the same in the model's own words. */
export type AnsweredTurn = {
  /** What a worker reads before it answers. */
  prompt: PromptSegment[];
  /** What the model writes. */
  answer: PromptSegment[];
  /** What the template writes behind it; the end of the turn is the first of it, or no part of it. */
  rest: PromptSegment[];
};

export type ChatFormat = {
  /**
   * @throws {InvalidRequestError} the format has no place for such a conversation.
   * @throws {ChatTemplateError} the model's template is broken, too slow or too big.
   */
  prompt(chat: Chat): Promise<PromptSegment[]>;
  /**
   * The prompt that asks for the last message, an assistant's, and that message as its answer.
   *
   * @throws {InvalidRequestError} as `prompt`; or it cannot be told where the answer begins.
   * @throws {ChatTemplateError} as `prompt`.
   */
  answered(chat: Pick<Chat, "messages" | "tools" | "kwargs">): Promise<AnsweredTurn>;
  /** Texts that end an answer, beside the end-of-turn tokens. */
  stop: readonly string[];
  /** Tokens that do, by their ids; some may lie beyond the vocabulary of the model at hand. */
  stopTokens?: readonly number[];
  /** The Jinja template behind it, which shows how the model writes thoughts and calls. */
  template?: string;
};

/** Renders a Jinja template; the worker gives `templateRenderer(…).render`. */
export type Render = (template: string, variables: Record<string, unknown>) => Promise<string>;

/** @throws {InvalidRequestError} the chat asks to continue a message that cannot be continued. */
export function requireOpenAnswer({ messages, continueFinalMessage }: Chat): void {
  const last = messages.at(-1);
  if (!continueFinalMessage || (last?.role === "assistant" && !last.tool_calls?.length)) return;
  throw new InvalidRequestError(
    "Only a last message with role 'assistant' and no tool calls can be continued.",
    "continue_final_message",
  );
}
