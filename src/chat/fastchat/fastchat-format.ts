/**
 * @file A FastChat conversation template as a chat format. Its control tokens come from the template's
 * own words alone; a client may spell them, and they stay text.
 *
 * Messages go where FastChat's API server puts them; of several system messages, where FastChat keeps
 * the last, none is lost: they are joined.
 */
import {
  type Chat,
  type ChatFormat,
  type PromptSegment,
  requireOpenAnswer,
} from "../chat-format.ts";
import { type ControlToken, promptCutter } from "../control-tokens.ts";
import { spokenMessages } from "../told-tools.ts";
import type { PromptTemplate } from "./conversation-template.ts";
import { joinedText, splitWords, textOf, toPieces, type Word, type Words } from "./prompt-words.ts";
import { type Message, takesSystem, templatePrompt } from "./template-prompt.ts";

export type FastChatFormat = ChatFormat & { conversation: PromptTemplate };

export function isFastChats(format: ChatFormat): format is FastChatFormat {
  return "conversation" in format;
}

/** @param controlTokens of the vocabulary that is to read the prompts. */
export function fastchatFormat(
  template: PromptTemplate,
  controlTokens: readonly ControlToken[],
): FastChatFormat {
  const cutPrompt = promptCutter(controlTokens);
  const cut = (words: Words): PromptSegment[] => cutPrompt(toPieces(words));
  const isSystemRead = takesSystem(template);

  function promptOf(asked: Asked, isOpen: boolean): Words {
    const { system, turns } = toTurns(asked, isSystemRead);
    const given: Word[] = system.length > 0 ? [{ client: system.join("\n\n") }] : [];
    const isAsking = isOpen && !isOpenTurn(turns.at(-1));
    return templatePrompt(template, isAsking ? [...turns, openTurn] : turns, ...given);
  }

  return {
    stop: template.stop,
    stopTokens: template.stopTokens,
    conversation: template,
    async prompt(chat) {
      requireOpenAnswer(chat);
      const { addGenerationPrompt, continueFinalMessage } = chat;
      if (!continueFinalMessage) return cut(promptOf(chat, addGenerationPrompt ?? true));
      return cut(throughAnswer(promptOf(chat, false), lastText(chat)));
    },
    async answered(chat) {
      const prompt = promptOf({ ...chat, messages: chat.messages.slice(0, -1) }, true);
      const { answer, rest } = answerIn(promptOf(chat, false), prompt, lastText(chat));
      return { prompt: cut(prompt), answer: cut(answer), rest: cut(rest) };
    },
  };
}

type Asked = Pick<Chat, "messages" | "tools">;

const lastText = ({ messages }: Asked): Word => ({
  client: spokenMessages({ messages: messages.slice(-1) }, true)[0]?.content ?? "",
});

const openTurn: Message = { from: "assistant", text: "" };

const isOpenTurn = (turn: Message | undefined) =>
  turn?.from === "assistant" && textOf(turn.text) === "";

function toTurns(asked: Asked, isSystemRead: boolean): { system: string[]; turns: Message[] } {
  const [system, turns]: [string[], Message[]] = [[], []];
  for (const { role, content: client } of spokenMessages(asked, isSystemRead))
    if (role === "system") system.push(client);
    else turns.push({ from: role, text: { client } });
  return { system, turns };
}

/** Cut off behind the last message, which is given back what its style may have taken off its ends. */
function throughAnswer(words: Words, answer: Word): Words {
  const at = words.findLastIndex(isClients);
  return textOf(answer) === "" ? words : [...words.slice(0, at), answer];
}

/** What stands behind the prompt; where a style writes the two differently, the bare answer. */
function answerIn(whole: Words, prompt: Words, answer: Word): { answer: Words; rest: Words } {
  const before = joinedText(prompt);
  if (!joinedText(whole).startsWith(before)) return { answer: [answer], rest: [] };
  const [, written] = splitWords(whole, before.length);
  const end = written.findLastIndex(isClients) + 1;
  return { answer: written.slice(0, end), rest: written.slice(end) };
}

const isClients = (word: Word) => typeof word !== "string" && word.client !== "";
