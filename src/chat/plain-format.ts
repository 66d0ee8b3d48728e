/**
 * @file The chat format for a model whose file has no template: `### User:` and `### Assistant:`
 * as plain text, which base models continue well enough.
 *
 * No text in it is special, so only a stop string ends the answer, and a user can write the
 * headings too: no more than a makeshift, and the worker says so in its log.
 */
import { InvalidRequestError } from "../errors/api-error.ts";
import { type ChatFormat, requireOpenAnswer } from "./chat-format.ts";
import { type PlainMessage, plainMessages } from "./template-messages.ts";

export const plainFormatWarning =
  "The model's file has no chat template: messages are written as '### User:' and '### Assistant:'. Give the right one with --chat-template FILE|NAME.";

const headings = { user: "### User:", assistant: "### Assistant:" };

export function plainFormat(): ChatFormat {
  return {
    stop: Object.values(headings).map((heading) => `\n${heading}`),
    async answered({ messages, tools }) {
      const text = plainMessages(messages.slice(-1))[0]?.content ?? "";
      const prompt = await this.prompt({ messages: messages.slice(0, -1), tools });
      return { prompt, answer: text === "" ? [] : [{ text, special: false }], rest: [] };
    },
    async prompt(chat) {
      const { messages, tools, addGenerationPrompt, continueFinalMessage } = chat;
      requireOpenAnswer(chat);
      if (tools?.length)
        throw new InvalidRequestError(
          "This model has no chat template, so it takes no tools.",
          "tools",
        );
      const turns = plainMessages(messages).map(turn);
      const open = `${headings.assistant}\n`;
      if (!continueFinalMessage && (addGenerationPrompt ?? true)) turns.push(open);
      const text = turns.join("\n\n");
      return text === "" ? [] : [{ text, special: false }];
    },
  };
}

function turn(message: PlainMessage): string {
  const content = message.content ?? "";
  switch (message.role) {
    case "system":
      return content;
    case "user":
    case "assistant":
      return `${headings[message.role]}\n${content}`;
    case "tool":
      throw new InvalidRequestError(
        "This model has no chat template, so it takes no tool messages.",
        "messages",
      );
  }
}
