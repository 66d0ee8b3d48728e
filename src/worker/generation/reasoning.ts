/** @file How much a request lets the model think, said in whichever of the ways clients have for it. */
import type { ChatRequest, ChatTemplateKwargs } from "../../protocol/openai.ts";

type Wish = Pick<
  ChatRequest,
  | "reasoning_effort"
  | "reasoning"
  | "thinking_budget_tokens"
  | "reasoning_budget"
  | "chat_template_kwargs"
>;

/** Tokens that a thought may have; null is no limit. */
export function thoughtBudget(wish: Wish): number | null {
  const { thinking_budget_tokens: flat, reasoning_budget: other, reasoning } = wish;
  const budget = flat ?? other ?? reasoning?.max_tokens ?? -1;
  return budget < 0 ? null : budget;
}

/** What the template is told; its own variables, where the request names them, come first. */
export function thinkingKwargs(wish: Wish): ChatTemplateKwargs {
  const { reasoning_effort: flat, reasoning, chat_template_kwargs: own } = wish;
  const effort = flat ?? reasoning?.effort ?? null;
  const isOff = effort === "none" || reasoning?.enabled === false || thoughtBudget(wish) === 0;
  const isOn = !isOff && (effort !== null || reasoning?.enabled === true);
  return {
    ...(isOff && { enable_thinking: false, thinking: false }),
    ...(isOn && { enable_thinking: true, thinking: true }),
    ...(effort !== null && effort !== "none" && { reasoning_effort: effort }),
    ...own,
  };
}
