/**
 * @file A model behind another server as FastChat's servers ask it: by prompts that they have written
 * themselves. A prompt in the words of a template that they know for the model is read back as the
 * conversation it was, and asked as one, so that the server behind writes its own; any other is gone
 * on with as it stands, where the server can do that.
 */
import type { PromptTemplate } from "../../chat/fastchat/conversation-template.ts";
import { writesPrompts } from "../../chat/fastchat/conversation-template.ts";
import { markedTemplate } from "../../chat/fastchat/marked-template.ts";
import { namedTemplate } from "../../chat/fastchat/named-template.ts";
import { type ReadPrompt, readPrompt } from "../../chat/fastchat/read-prompt.ts";
import { fastchatTemplateFor } from "../../chat/fastchat/template-for-model.ts";
import { checked } from "../../http/json.ts";
import { namesOf } from "../../protocol/adapter-names.ts";
import type { Answer } from "../../protocol/answer.ts";
import { ChatRequest, type CompletionRequest, type TokensOrText } from "../../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../../protocol/registry.ts";
import type { Served } from "../../protocol/speaker.ts";
import { estimateText } from "../../remote/openai/token-counts.ts";
import { assertAble } from "../../serving/capability.ts";

/** What FastChat's servers are told to write its prompts by. */
export function toldTemplate({ id, capabilities }: ModelCard): PromptTemplate {
  return capabilities.includes("chat") ? markedTemplate : (ownTemplate(id) ?? markedTemplate);
}

/** The one that FastChat's adapters give a model of this name. */
function ownTemplate(name: string): PromptTemplate | undefined {
  const template = namedTemplate(fastchatTemplateFor(name).template);
  return template !== undefined && writesPrompts(template) ? template : undefined;
}

/** The same model; who chats goes on with prompts too. */
export function promptedSpeaker(served: Served): Served {
  const { card } = served;
  if (!card.capabilities.includes("chat")) return served;
  // The web UI and `test_message` never ask a worker: they write by the model's name.
  const own = namesOf(card).flatMap((name) => ownTemplate(name) ?? []);
  const templates = [markedTemplate, ...own];
  const capabilities = [...new Set([...card.capabilities, "completions" as const])];
  const count = async (prompt: string): Promise<number> => {
    const found = conversationIn(templates, prompt);
    if (found === null) return served.countTextTokens(prompt);
    return served.countTokens(checked(ChatRequest, { model: card.id, messages: found.messages }));
  };
  return {
    ...served,
    card: { ...card, capabilities },
    countTextTokens: count,
    complete: (request, prompts, signal) => {
      const found = conversationIn(templates, prompts[0]);
      if (found !== null) return chat(served, request, found, count, signal);
      assertAble(served, "completions");
      return served.complete(request, prompts, signal);
    },
  };
}

type Found = { template: PromptTemplate; prompt: string; messages: ChatRequest["messages"] };

/** Null where it is none that is known to be written for the model. */
function conversationIn(
  templates: readonly PromptTemplate[],
  prompt: TokensOrText | undefined,
): Found | null {
  if (typeof prompt !== "string") return null;
  for (const template of templates) {
    const read = readPrompt(template, prompt);
    if (read !== null) return { template, prompt, messages: toMessages(read) };
  }
  return null;
}

function toMessages({ system, messages }: ReadPrompt): ChatRequest["messages"] {
  const said = messages.map(({ from, text }) => ({ role: from, content: text }));
  return system === "" ? said : [{ role: "system", content: system }, ...said];
}

async function* chat(
  served: Served,
  request: CompletionRequest,
  found: Found,
  count: (prompt: string) => Promise<number>,
  signal: AbortSignal,
): Answer & AsyncGenerator {
  const limit = await limitOf(served.card, request, found, count);
  const asked = checked(ChatRequest, { ...toChat(request, found), max_tokens: limit });
  const answer = await served.chat(asked, signal);
  if (request.echo) yield { choice: 0, prompt: { text: found.prompt, tokens: [] } };
  yield* answer;
}

/**
 * Null where it is all that there is room for, as FastChat's api says it when nobody gave a limit: the
 * server behind has prompts of its own, and may not let an answer be as long as its context.
 */
async function limitOf(
  { context_size }: ModelCard,
  { max_tokens: limit }: CompletionRequest,
  { prompt }: Found,
  count: (prompt: string) => Promise<number>,
): Promise<number | null> {
  if (limit == null || limit + 2 * estimateText(prompt) < context_size) return limit ?? null;
  return limit >= context_size - (await count(prompt)) ? null : limit;
}

/** What ends a prompt's answer in the words of the template ends no message. */
function toChat(request: CompletionRequest, { template, messages }: Found) {
  const { logprobs, stop, stop_token_ids: ids } = request;
  return {
    model: request.model,
    messages,
    stop: stop.filter((text) => !template.stop.includes(text)),
    stop_token_ids: ids?.filter((id) => !template.stopTokens.includes(id)) ?? null,
    ...(logprobs !== null && { logprobs: true, top_logprobs: logprobs }),
    ...pick(request),
  };
}

function pick(request: CompletionRequest) {
  const { temperature, top_p, top_k, min_p, seed, repeat_penalty, repeat_last_n } = request;
  const { presence_penalty, frequency_penalty, timings_per_token } = request;
  const some = { temperature, top_p, top_k, min_p, seed, repeat_penalty, repeat_last_n };
  return { ...some, presence_penalty, frequency_penalty, timings_per_token };
}
