/**
 * @file How much a request lets Claude think, and what sampling goes with that.
 *
 * Models think within a budget of at least 1024 tokens, which is part of `max_tokens`; those since
 * Opus 4.7 weigh that themselves (`adaptive`), take an effort instead, and refuse every sampling
 * parameter. Who thinks may not be made to call a tool, takes no temperature and no `top_k`, and
 * `top_p` from 0.95 up. Within a budget the turn that called a tool must come back with its signed
 * thoughts: where they are not remembered (`signed-calls.ts`), what follows a tool's result is given
 * without, as is the rest of an answer that the request begins.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking, adaptive-thinking
 */
import type { ChatRequest } from "../../protocol/openai.ts";
import type { RemoteModel } from "../remote-model.ts";
import { comesSigned, type SignedCalls } from "./signed-calls.ts";

/** Anthropic wants a number: this one, and the thoughts beside it, where a request has none. */
const usualMaxTokens = 4096;
const minBudget = 1024;
const budgets = { minimal: 1024, low: 2048, medium: 8192, high: 16_384, xhigh: 32_768 };
const minThinkingTopP = 0.95;

type Effort = keyof typeof budgets;
/** Null: nothing is said of it. */
type Wish = { budget: number | null; effort: Effort | null } | "off" | null;

type Thinking =
  | { type: "enabled"; budget_tokens: number }
  | { type: "adaptive"; display: "summarized" }
  | { type: "disabled" };

export type Weighed = {
  maxTokens: number;
  thinking: Thinking | null;
  effort: Exclude<Effort, "minimal"> | null;
  sampling: { temperature?: number; top_p?: number; top_k?: number };
};

export function weighed(
  { thinksAdaptively = false }: RemoteModel,
  request: ChatRequest,
  calls: SignedCalls,
): Weighed {
  const wish = wishOf(request);
  const given = request.max_completion_tokens ?? request.max_tokens ?? null;
  const { thinking, effort } = thinksAdaptively
    ? adaptive(request, wish)
    : { thinking: budgeted(request, wish, given, calls), effort: null };
  const spent = thinking?.type === "enabled" ? thinking.budget_tokens : 0;
  const thinks = thinking !== null && thinking.type !== "disabled";
  return {
    maxTokens: given ?? usualMaxTokens + spent,
    thinking,
    effort,
    sampling: thinksAdaptively ? {} : samplingOf(request, thinks),
  };
}

function wishOf(request: ChatRequest): Wish {
  const { reasoning, chat_template_kwargs: own } = request;
  const budget =
    request.thinking_budget_tokens ?? request.reasoning_budget ?? reasoning?.max_tokens ?? -1;
  const effort = request.reasoning_effort ?? reasoning?.effort ?? own?.reasoning_effort ?? null;
  const said = [reasoning?.enabled, own?.enable_thinking, own?.thinking];
  if (effort === "none" || budget === 0 || said.includes(false)) return "off";
  if (effort === null && budget < 0 && !said.includes(true)) return null;
  return { budget: budget < 0 ? null : budget, effort };
}

function adaptive(request: ChatRequest, wish: Wish): Pick<Weighed, "thinking" | "effort"> {
  if (wish === null || wish === "off")
    return { thinking: wish === null ? null : { type: "disabled" }, effort: null };
  const effort = wish.effort === "minimal" ? "low" : wish.effort;
  if (mustCall(request)) return { thinking: null, effort };
  return { thinking: { type: "adaptive", display: "summarized" }, effort };
}

/** Null: it is not asked for, does not go with the rest, or has no room in `max_tokens`. */
function budgeted(
  request: ChatRequest,
  wish: Wish,
  maxTokens: number | null,
  calls: SignedCalls,
): Thinking | null {
  if (wish === null) return null;
  if (wish === "off") return { type: "disabled" };
  if (mustCall(request) || goesOnWithoutThought(request, calls)) return null;
  const wanted = Math.max(minBudget, wish.budget ?? budgets[wish.effort ?? "medium"]);
  const budget_tokens = maxTokens === null ? wanted : Math.min(wanted, maxTokens - 1);
  return budget_tokens < minBudget ? null : { type: "enabled", budget_tokens };
}

function mustCall({ tool_choice: choice }: ChatRequest): boolean {
  if (choice == null || choice === "none" || choice === "auto") return false;
  if (choice === "required" || choice.type === "function") return true;
  return choice.allowed_tools.mode === "required";
}

/** The answer has begun: the assistant has called a tool in this turn, or its words are to be continued. */
function goesOnWithoutThought({ messages }: ChatRequest, calls: SignedCalls): boolean {
  const said = messages.filter(({ role }) => role !== "system" && role !== "developer");
  const own = said.findLastIndex(({ role }) => role === "assistant");
  const isContinued = own >= 0 && own === said.length - 1;
  const isTold = said.slice(own + 1).some(({ role }) => role === "tool");
  return isContinued || (isTold && !comesSigned(said, calls));
}

/** Models since Opus 4.1 refuse a temperature and a `top_p` together: the temperature is kept. */
function samplingOf({ temperature, top_p, top_k }: ChatRequest, thinks: boolean) {
  if (thinks) return top_p != null && top_p >= minThinkingTopP ? { top_p } : {};
  return {
    ...(temperature != null
      ? { temperature: Math.min(1, temperature) } // OpenAI's goes up to 2
      : top_p != null && { top_p }),
    ...(top_k != null && top_k > 0 && { top_k }),
  };
}
