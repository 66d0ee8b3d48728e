/** @file Grammars of whole answers: a thought, where the model may think, and what must follow it. */
import { GrammarBuilder, literal } from "../../grammar/grammar-builder.ts";
import { prefixed } from "../../grammar/joined-grammars.ts";
import type { AnswerShape } from "./answer-reader.ts";
import { lineBreak, spacing } from "./calls/call-syntax.ts";
import type { CallFormat } from "./formats/call-format.ts";
import { isClosed, isOpened, type ThoughtFormat } from "./formats/thoughts.ts";
import type { RequiredCalls } from "./output-format.ts";

/** GBNF of an answer that consists of calls, a thought before them included. */
export function callGrammar(
  { calls: format, thought }: AnswerShape & { calls: CallFormat },
  { promptEnd, ...calls }: RequiredCalls,
): string {
  const builder = new GrammarBuilder();
  const before = thoughtBefore(builder, thought, promptEnd);
  const opened = format.opensInPrompt !== undefined && promptEnd.endsWith(format.opensInPrompt);
  const given = builder.rule("calls", format.syntax.grammar(builder, { ...calls, opened }));
  const space = lineBreak(builder);
  const { lead = "", trail = "" } = format;
  return builder.toGbnf(`${before} ${lead} ${space} ${given} ${space} ${trail}`);
}

/**
 * GBNF of any answer whose calls, once one is begun, keep to their form; null where nothing but that
 * form tells a call from a text.
 */
export function willingGrammar(
  { calls: format, thought }: AnswerShape & { calls: CallFormat },
  { promptEnd, ...calls }: RequiredCalls,
): string | null {
  const { syntax, lead, trail = "" } = format;
  const [open = "", ...others] = syntax.opens;
  const isMarked = others.length === 0 && syntax.bare !== true && /^[<[].{4}/.test(open);
  if (!isMarked || lead !== undefined) return null;
  const builder = new GrammarBuilder();
  const before = thoughtBefore(builder, thought, promptEnd);
  const text = builder.without(open);
  const given = builder.rule("calls", syntax.grammar(builder, calls));
  return builder.toGbnf(`${before} ${text} (${given} ${spacing(builder)} ${trail})?`);
}

/** Puts a thought, where the model may think first, before a grammar of the client's. */
export function withThought(
  thought: ThoughtFormat | null,
  grammar: string,
  promptEnd: string,
): string {
  if (thought === null) return grammar;
  const builder = new GrammarBuilder();
  const before = thoughtBefore(builder, thought, promptEnd);
  const root = `${before} ${thought.answerOpen ?? ""} ${prefix}root`;
  return `${builder.toGbnf(root)}\n${prefixed(grammar, prefix)}`;
}

function thoughtBefore(
  builder: GrammarBuilder,
  thought: ThoughtFormat | null,
  promptEnd: string,
): string {
  if (thought === null || isClosed(thought, promptEnd)) return "";
  const space = lineBreak(builder);
  const rest = `${builder.until(thought.close)} ${space}`;
  if (isOpened(thought, promptEnd)) return rest;
  const started = `${literal(thought.open)} ${rest}`;
  // Some say with a bare closing mark that they do not think.
  const none = thought.answerOpen === undefined ? `| ${literal(thought.close)} ${space}` : "";
  const whole = `${space} (${started} ${none})`;
  return `${builder.rule("thought", whole)}?`;
}

const prefix = "answer-";
