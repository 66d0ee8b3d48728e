/**
 * @file How much Gemini shall think, from whichever field of a request says it. Thoughts are asked
 * for only where the request asks: models that do not think refuse the very question.
 *
 * Source: https://ai.google.dev/gemini-api/docs/thinking, and for what an effort is in tokens
 * https://ai.google.dev/gemini-api/docs/openai#thinking
 */
import type { ChatRequest } from "../../protocol/openai.ts";
import { isSinceGemini3 } from "./model-name.ts";

type Effort = Exclude<NonNullable<ChatRequest["reasoning_effort"]>, "none">;

const budgets: Record<Effort, number> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
};
const levels: Record<Effort, string> = {
  minimal: "minimal",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "high",
};

/** Undefined: as the model does of itself. */
export function thinkingConfig(name: string, request: ChatRequest): object | undefined {
  const { reasoning, chat_template_kwargs: kwargs } = request;
  const budget =
    request.thinking_budget_tokens ?? request.reasoning_budget ?? reasoning?.max_tokens ?? null;
  const effort = request.reasoning_effort ?? reasoning?.effort ?? kwargs?.reasoning_effort ?? null;
  const isOn = reasoning?.enabled ?? kwargs?.enable_thinking ?? kwargs?.thinking ?? null;
  if (isOn === false || budget === 0 || effort === "none") return noThought(name);
  if (isOn === null && budget === null && effort === null) return undefined;
  return { includeThoughts: true, ...amount(name, budget, effort) };
}

function amount(name: string, budget: number | null, effort: Effort | null): object {
  if (budget !== null) return { thinkingBudget: budget }; // −1 has the same meaning there
  if (effort === null) return {};
  if (!isSinceGemini3(name)) return { thinkingBudget: budgets[effort] };
  const isLeast = effort === "minimal" && !name.includes("flash"); // the others do not know it
  return { thinkingLevel: isLeast ? "low" : levels[effort] };
}

/** Only the Flash models of 2.5 can do without; the others think, and keep it to themselves. */
function noThought(name: string): object | undefined {
  return name.includes("gemini-2.5-flash") ? { thinkingBudget: 0 } : undefined;
}
