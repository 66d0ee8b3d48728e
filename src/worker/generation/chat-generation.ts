/** @file A chat request as the engine takes it: prompt, grammar, allowance for thoughts. */
import type { CallRules } from "../../chat/output/answer-reading.ts";
import type { OutputFormat, OutputReader } from "../../chat/output/output-format.ts";
import { type ToolUse, toolUse } from "../../chat/tool-use.ts";
import type { Generation } from "../../engine/messages.ts";
import { eitherGrammar } from "../../grammar/joined-grammars.ts";
import type { Vocab } from "../../llama/vocab.ts";
import type { ChatRequest, Tool } from "../../protocol/openai.ts";
import { conversationPrefixes } from "../../protocol/prefix.ts";
import { chatSegments, type LoadedModel } from "../loaded-model.ts";
import { toGeneration } from "./generation.ts";
import { thinkingKwargs, thoughtBudget } from "./reasoning.ts";
import { structuredGrammar } from "./structured-output.ts";

export type ChatGeneration = {
  generation: Generation;
  /** Makes what reads one choice; null where all text is content. */
  newReader: (() => OutputReader) | null;
  calls: CallRules;
};

/** Characters of the prompt's end in which a template may have opened a thought. */
const promptEndCharacters = 256;

/** @throws {InvalidRequestError} the format has no place for such a conversation, or no grammar can be made. */
export async function chatGeneration(
  model: LoadedModel,
  request: ChatRequest,
): Promise<ChatGeneration> {
  const { engine, description, format, output } = model;
  const use = toolUse(request);
  const segments = await chatSegments(model, {
    ...request,
    tools: use.shown,
    chat_template_kwargs: thinkingKwargs(request),
  });
  const { set: adapters, name } = model.adapters.choose(request.model, request.lora);
  const promptEnd = endOf(segments.map(({ text }) => text));
  const isRaw = request.reasoning_format === "none" && use.shown.length === 0;
  const prompt = {
    tokens: engine.vocab.tokenizeSegments(segments),
    stops: format.stop,
    stopTokens: format.stopTokens ?? [],
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
    trimStart: description.tokenizer.addsSpace,
    prefixes: name === null ? [] : conversationPrefixes(name, request.messages),
    adapters,
    grammar: chatGrammar(request, use, output, promptEnd),
    visible: model.visibleTokens,
    thought: thoughtOptions(request, output, promptEnd, engine.vocab),
    logprobs: request.logprobs ? (request.top_logprobs ?? 0) : null,
    promptLogprobs: false,
  };
  const reads = output.reasoningFormat !== null || use.shown.length > 0;
  return {
    generation: toGeneration(request, prompt, model.recommended, engine.vocab),
    calls: {
      most: use.parallel ? Number.POSITIVE_INFINITY : 1,
      isAll: use.required.length > 0,
    },
    newReader: reads && !isRaw ? () => output.reader({ tools: use.shown, promptEnd }) : null,
  };
}

function chatGrammar(
  request: ChatRequest,
  { shown, required, parallel }: ToolUse,
  output: OutputFormat,
  promptEnd: string,
): Generation["grammar"] {
  const calls = (tools: ToolUse["shown"]) => output.callGrammar({ tools, parallel, promptEnd });
  if (required.length > 0) return { gbnf: calls(required), param: "tools" };
  const asked = structuredGrammar(request);
  if (asked === null && shown.some(isStrict)) {
    const gbnf = output.willingGrammar({ tools: shown.map(loosened), parallel, promptEnd });
    return gbnf === null ? null : { gbnf, param: "tools" };
  }
  if (asked === null || asked.isWhole) return asked;
  const { param } = asked;
  const answer = output.withThought(asked.gbnf, promptEnd);
  // With tools at hand the form is the answer's; a call has its own.
  return { gbnf: shown.length > 0 ? eitherGrammar(calls(shown), answer) : answer, param };
}

const isStrict = ({ function: { strict } }: Tool) => strict === true;

/** A tool that is not strict takes any object. */
function loosened(tool: Tool): Tool {
  if (isStrict(tool)) return tool;
  return { ...tool, function: { ...tool.function, parameters: { type: "object" } } };
}

function thoughtOptions(
  request: ChatRequest,
  { thought }: OutputFormat,
  promptEnd: string,
  vocab: Vocab,
): Generation["thought"] {
  if (thought === null) return null;
  return {
    ...thought,
    isOpen: promptEnd.trimEnd().endsWith(thought.open.trimEnd()),
    budgetTokens: thoughtBudget(request),
    closing: Array.from(vocab.encode(thought.close, false, true)),
  };
}

/** The last characters of a text in pieces. */
function endOf(pieces: readonly string[]): string {
  let end = "";
  for (let i = pieces.length - 1; i >= 0 && end.length < promptEndCharacters; i--)
    end = `${pieces[i]}${end}`;
  return end.slice(-promptEndCharacters);
}
