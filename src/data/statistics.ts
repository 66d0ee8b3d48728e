/** @file How much is in conversations: counts, lengths by percentile, roles, languages, models. */
import type { DetectLanguage } from "../files/language.ts";
import { quantile } from "../rating/quantile.ts";
import { type Conversation, type LessonMessage, textOf } from "./conversation.ts";
import { languageOf } from "./filters.ts";
import { roundsOf } from "./rounds.ts";

/** Of some lengths or counts. */
export type Spread = {
  total: number;
  mean: number;
  p5: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
};

export type Statistics = {
  conversations: number;
  messages: number;
  /** What lengths count: `tokens` of a model, or `characters`. */
  unit: "tokens" | "characters";
  rounds: Spread;
  /** Of a whole conversation, of a user's message, of an answer. */
  conversation_length: Spread;
  prompt_length: Spread;
  answer_length: Spread;
  with_system: number;
  with_tools: number;
  unanswered: number;
  roles: Record<string, number>;
  formats: Record<string, number>;
  models: Record<string, number>;
  languages: Record<string, number>;
};

export type StatisticsOptions = {
  /** Null counts characters: Unicode code points. */
  countTokens: ((text: string) => number) | null;
  /** Null takes only what the files say. */
  detect: DetectLanguage | null;
};

export async function statisticsOf(
  source: AsyncIterable<Conversation>,
  options: StatisticsOptions,
): Promise<Statistics> {
  const counter = new Counter(options);
  for await (const conversation of source) counter.add(conversation);
  return counter.finish();
}

class Counter {
  readonly #options: StatisticsOptions;
  readonly #rounds: number[] = [];
  readonly #lengths: number[] = [];
  readonly #prompts: number[] = [];
  readonly #answers: number[] = [];
  readonly #counts = { system: 0, tools: 0, unanswered: 0 };
  readonly #roles = new Map<string, number>();
  readonly #formats = new Map<string, number>();
  readonly #models = new Map<string, number>();
  readonly #languages = new Map<string, number>();

  constructor(options: StatisticsOptions) {
    this.#options = options;
  }

  add(conversation: Conversation): void {
    const { messages, tools, model, format } = conversation;
    this.#rounds.push(roundsOf(messages).rounds.length);
    this.#lengths.push(messages.reduce((sum, message) => sum + this.#addMessage(message), 0));
    if (messages.some(({ role }) => role === "system")) this.#counts.system++;
    if (tools) this.#counts.tools++;
    if (!messages.some(({ role }) => role === "assistant")) this.#counts.unanswered++;
    count(this.#formats, format ?? "unknown");
    count(this.#models, model ?? "unknown");
    count(this.#languages, languageOf(conversation, this.#options.detect ?? nothing) ?? "unknown");
  }

  finish(): Statistics {
    return {
      conversations: this.#rounds.length,
      messages: [...this.#roles.values()].reduce((sum, one) => sum + one, 0),
      unit: this.#options.countTokens ? "tokens" : "characters",
      rounds: spreadOf(this.#rounds),
      conversation_length: spreadOf(this.#lengths),
      prompt_length: spreadOf(this.#prompts),
      answer_length: spreadOf(this.#answers),
      with_system: this.#counts.system,
      with_tools: this.#counts.tools,
      unanswered: this.#counts.unanswered,
      roles: mostFirst(this.#roles),
      formats: mostFirst(this.#formats),
      models: mostFirst(this.#models),
      languages: mostFirst(this.#languages),
    };
  }

  #addMessage(message: LessonMessage): number {
    const text = textOf(message);
    const length = this.#options.countTokens?.(text) ?? codePoints(text);
    if (message.role === "user") this.#prompts.push(length);
    if (message.role === "assistant") this.#answers.push(length);
    count(this.#roles, message.role);
    return length;
  }
}

const nothing: DetectLanguage = () => null;

function codePoints(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) pairs++;
  }
  return text.length - pairs;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  const at = (q: number) => (sorted.length > 0 ? quantile(sorted, q) : 0);
  return {
    total,
    mean: sorted.length > 0 ? total / sorted.length : 0,
    p5: at(0.05),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** A map keeps names like `__proto__` from harm; JSON takes them as they are. */
function mostFirst(counts: Map<string, number>): Record<string, number> {
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}
