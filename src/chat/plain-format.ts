/**
 * @file The chat format for a model whose file has no template: `### User:` and `### Assistant:`
 * as plain text, which base models continue well enough.
 *
 * No text in it is special, so only a stop string ends the answer, and a user can write the
 * headings too: no more than a makeshift, and the worker says so in its log.
 */
import { type ChatFormat, requireOpenAnswer } from "./chat-format.ts";
import { type SpokenMessage, spokenMessages } from "./told-tools.ts";

export const plainFormatWarning =
  "The model's file has no chat template: messages are written as '### User:' and '### Assistant:'. Give the right one with --chat-template FILE|NAME.";

const headings = { user: "### User:", assistant: "### Assistant:" };

export function plainFormat(): ChatFormat {
  return {
    stop: Object.values(headings).map((heading) => `\n${heading}`),
    async answered({ messages, tools }) {
      const text = spokenMessages({ messages: messages.slice(-1) }, true)[0]?.content ?? "";
      const prompt = await this.prompt({ messages: messages.slice(0, -1), tools });
      return { prompt, answer: text === "" ? [] : [{ text, special: false }], rest: [] };
    },
    async prompt(chat) {
      const { messages, tools, addGenerationPrompt, continueFinalMessage } = chat;
      requireOpenAnswer(chat);
      const turns = spokenMessages({ messages, tools }, true).map(turn);
      const open = `${headings.assistant}\n`;
      if (!continueFinalMessage && (addGenerationPrompt ?? true)) turns.push(open);
      const text = turns.join("\n\n");
      return text === "" ? [] : [{ text, special: false }];
    },
  };
}

function turn({ role, content }: SpokenMessage): string {
  return role === "system" ? content : `${headings[role]}\n${content}`;
}
