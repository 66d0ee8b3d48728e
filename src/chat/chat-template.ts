/**
 * @file The model's own Jinja chat template as a chat format: marked, rendered, split at the marks,
 * cut at its control tokens.
 */
import type { ChatMessage } from "../protocol/openai.ts";
import { renderedAnswer } from "./answered-turn.ts";
import {
  type AnsweredTurn,
  type Chat,
  type ChatFormat,
  type PromptSegment,
  type Render,
  requireOpenAnswer,
} from "./chat-format.ts";
import { contentMarks, endingWith } from "./content-marks.ts";
import { type ControlToken, promptCutter } from "./control-tokens.ts";
import { remembered } from "./remembered.ts";
import { markedMessages, markedTools, plainMessages, withoutSystem } from "./template-messages.ts";
import { toolTeller } from "./template-tools.ts";
import { splitTags, takesSystem, toolPlaces } from "./template-traits.ts";
import { turnTraits } from "./turn-traits.ts";
import { exampleCall } from "./written-call.ts";

export type ChatTemplate = {
  template: string;
  render: Render;
  /** As the vocabulary spells them; empty where it has none. */
  bosToken: string;
  eosToken: string;
  /** Every token that text becomes only when special tokens are parsed. */
  controlTokens: readonly ControlToken[];
};

export type TemplateFormat = ChatFormat & {
  /** Renders one message, so that a broken template is known when the model is loaded. */
  check(): Promise<void>;
};

export function templateFormat(source: ChatTemplate): TemplateFormat {
  const { template, bosToken, eosToken, controlTokens } = source;
  const controls = controlTokens.map(({ text }) => text);
  const escapes = /ensure_ascii\s*=\s*true/i.test(template);
  const marks = contentMarks({ controls, tags: splitTags(template), escapes });
  const cutPrompt = promptCutter(controlTokens);

  async function render(variables: object): Promise<string> {
    try {
      return await source.render(template, {
        bos_token: bosToken,
        eos_token: eosToken,
        ...variables,
      });
    } catch (error) {
      if (error instanceof Error) error.message = marks.without(error.message);
      throw error;
    }
  }

  const probe = (messages: object[], tools?: object[]) =>
    render({ messages, ...(tools && { tools }), add_generation_prompt: true });
  const systemTaken = remembered(() => takesSystem(probe));
  const traitsOf = turnTraits(template, probe);
  const places = remembered(() => toolPlaces(probe));
  const renderedExample = remembered(exampleOfCall);
  const told = toolTeller({ template, places, takesSystem: systemTaken, renderedExample });

  /** The template's variables: all that a client wrote is marked in them. */
  async function variablesOf({ messages, tools, kwargs }: Chat) {
    const given = plainMessages(messages);
    const hasSystem = given.some(({ role }) => role === "system");
    const plain = hasSystem && !(await systemTaken()) ? withoutSystem(given) : given;
    const marked = markedMessages(plain, marks, await traitsOf(messages));
    return { ...kwargs, ...(await told(marked, markedTools(tools ?? [], marks))) };
  }

  async function renderedChat(chat: Chat): Promise<string> {
    const variables = await variablesOf(chat);
    if (chat.continueFinalMessage) return continued(variables);
    return render({ ...variables, add_generation_prompt: chat.addGenerationPrompt ?? true });
  }

  /** Renders the last message open; where the template leaves it out, it follows the model's head. */
  async function continued(variables: { messages: { content: string | null }[] }): Promise<string> {
    const { messages } = variables;
    const last = messages.at(-1)?.content ?? "";
    const whole = await render({ ...variables, add_generation_prompt: false });
    const cut = endingWith(whole, last);
    if (cut !== null) return cut;
    const before = {
      ...variables,
      messages: messages.slice(0, -1),
      add_generation_prompt: true,
    };
    return (await render(before)) + last;
  }

  const cut = (rendered: string) => cutPrompt(marks.split(rendered));

  async function answered(
    chat: Pick<Chat, "messages" | "tools" | "kwargs">,
  ): Promise<AnsweredTurn> {
    const last = (await variablesOf(chat)).messages.at(-1);
    const before = { ...chat, messages: chat.messages.slice(0, -1) };
    const [prompt, whole] = await Promise.all([
      renderedChat({ ...before, addGenerationPrompt: true }),
      renderedChat({ ...chat, addGenerationPrompt: false }),
    ]);
    const { answer, rest } = renderedAnswer({
      prompt,
      whole,
      content: last?.content ?? "",
      callsTools: Boolean(last?.tool_calls?.length),
      controls,
    });
    return { prompt: cut(prompt), answer: cut(answer), rest: cut(rest) };
  }

  /** Without what ends the turn, and without the end of a thought that the prompt has opened. */
  async function exampleOfCall(): Promise<string> {
    const { answer } = await answered({ messages: [question, exampleTurn] });
    const text = answer.map((segment) => segment.text).join("");
    const [written = ""] = eosToken === "" ? [text] : text.split(eosToken);
    return written.replace(/^\s*<\/think>/, "").trim();
  }

  return {
    stop: [],
    template,
    async check() {
      await systemTaken();
    },
    async prompt(chat): Promise<PromptSegment[]> {
      requireOpenAnswer(chat);
      return cut(await renderedChat(chat));
    },
    answered,
  };
}

const question: ChatMessage = { role: "user", content: "?" };
const exampleTurn: ChatMessage = {
  role: "assistant",
  content: null,
  tool_calls: [
    {
      id: "abc123def",
      type: "function",
      function: exampleCall,
    },
  ],
};
