/** @file A conversation's JSON as the prompt that a chosen chat template makes of it. */
import { z } from "zod";
import type { Chat, ChatFormat } from "../chat/chat-format.ts";
import { templateFormat } from "../chat/chat-template.ts";
import { writesPrompts } from "../chat/fastchat/conversation-template.ts";
import { fastchatFormat } from "../chat/fastchat/fastchat-format.ts";
import { namedTemplate } from "../chat/fastchat/named-template.ts";
import { fastchatTemplateFor } from "../chat/fastchat/template-for-model.ts";
import { plainFormat } from "../chat/plain-format.ts";
import { ApiError } from "../errors/api-error.ts";
import { ChatTemplateError } from "../errors/chat-template-error.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { UsageError } from "../errors/usage-error.ts";
import { checked } from "../http/json.ts";
import { findLibraries } from "../llama/libraries.ts";
import { type TemplateRenderer, templateRenderer } from "../llama/template-renderer.ts";
import { ChatMessage, Tool } from "../protocol/openai.ts";
import { FlagError } from "./flag-error.ts";
import { templateSource } from "./template-source.ts";

export type TemplateChoice = {
  /** A Jinja file, or the name of one of FastChat's templates. */
  template: string | null;
  /** Chooses by a model's name, where no template is given. */
  model_path: string | null;
  /** The tokens that a Jinja template may ask for. */
  bos: string;
  eos: string;
};

/**
 * The prompt that a template makes of a conversation's JSON.
 *
 * @throws {UsageError} it is no conversation, there is no such template, or it refuses this one.
 * @throws {FlagError} neither a template nor a model is named.
 */
export async function renderedPrompt(json: string, choice: TemplateChoice): Promise<string> {
  const chat = toChat(json);
  let renderer: TemplateRenderer | undefined;
  const render = () => {
    renderer = templateRenderer(findLibraries("cpu"));
    return renderer.render;
  };
  try {
    const segments = await formatOf(choice, render).prompt(chat);
    return segments.map(({ text }) => text).join("");
  } catch (error) {
    if (error instanceof ChatTemplateError) throw new UsageError(error.fault);
    if (error instanceof ApiError) throw new UsageError(error.message);
    throw error;
  } finally {
    renderer?.close();
  }
}

function formatOf(
  { template, model_path: model, bos, eos }: TemplateChoice,
  render: () => TemplateRenderer["render"],
): ChatFormat {
  if (template === null) return modelFormat(model);
  const source = templateSource(template);
  if ("fastchat" in source) return fastchatFormat(source.fastchat, []);
  const tokens = { bosToken: bos, eosToken: eos, controlTokens: [] };
  return templateFormat({ template: source.jinja, render: render(), ...tokens });
}

/** Says which it is on stderr: a name may be known for something else than one thinks. */
function modelFormat(model: string | null): ChatFormat {
  if (model === null)
    throw new FlagError("--template", "is missing: name a template, or a model by --model-path");
  const { adapter, template: name, byRule } = fastchatTemplateFor(model);
  const template = byRule ? namedTemplate(name) : undefined;
  if (template === undefined || !writesPrompts(template)) {
    console.error(`FastChat has no template for '${model}': this is the plain chat format`);
    return plainFormat();
  }
  console.error(`template '${name}', by FastChat's ${adapter}`);
  return fastchatFormat(template, []);
}

const Messages = z.array(ChatMessage).min(1);
const Conversation = z.object({ messages: Messages, tools: z.array(Tool).nullish() });

/** The last message decides: a whole answer ends the conversation, all else asks for one. */
function toChat(json: string): Chat {
  const { messages, tools } = toConversation(json);
  const last = messages.at(-1);
  const isAnswer = last?.role === "assistant";
  const isWhole = isAnswer && (Boolean(last.content?.length) || Boolean(last.tool_calls?.length));
  const isOpen = isAnswer && !isWhole;
  return {
    messages: isOpen ? messages.slice(0, -1) : messages,
    tools,
    addGenerationPrompt: !isWhole,
  };
}

function toConversation(json: string): z.infer<typeof Conversation> {
  const value = parsed(json);
  try {
    return checked(Conversation, Array.isArray(value) ? { messages: value } : value);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    throw new UsageError(`The conversation is not as OpenAI's API takes it: ${error.message}`);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, " "); // it may quote lines of the file
    throw new UsageError(`The conversation is not valid JSON: ${reason}.`);
  }
}
