/** @file How a model writes calls: what every way of writing them has to be able to do. */
import type { GrammarBuilder } from "../../../grammar/grammar-builder.ts";
import type { Tool } from "../../../protocol/openai.ts";
import type { WriteCalls } from "../../written-call.ts";
import type { AnswerOutput } from "../answer-output.ts";
import type { Reading, TextInput } from "../text/text-input.ts";

export type CallReading = {
  input: TextInput;
  output: AnswerOutput;
  tools: readonly Tool[];
  /** Where the call begins that is being read: what is no call after all is content from here. */
  from: number;
};

export type CallSyntax = {
  /** What calls begin with, one of these. */
  opens: readonly string[];
  /** An answer that begins with `{` or `[` may be a call too. */
  bare?: boolean;
  /** The other texts that stand around calls, some of them as GBNF: there are tokens in them. */
  marks: readonly string[];
  /** Reads a call, or several, from the opening on; false when it is none. */
  read(reading: CallReading): Reading<boolean>;
  /** Calls as a text that `read` reads; JSON, one a line, where this is not given. */
  write?: WriteCalls;
  /** GBNF of a call, or several, of these tools. */
  grammar(builder: GrammarBuilder, calls: GrammarCalls): string;
};

export type GrammarCalls = {
  tools: readonly Tool[];
  parallel: boolean;
  /** The prompt ends with the first call's opening. */
  opened?: boolean;
};

/** `one`, or where several may follow one another, `one` again behind `between`. */
export function repeated(one: string, between: string, { parallel }: GrammarCalls): string {
  return parallel ? `${one} (${between} ${one})*` : one;
}

/** Between the marks of a call: no more than templates write there, or a model would go on with it. */
export function spacing(builder: GrammarBuilder): string {
  return builder.rule("call-space", String.raw`("\n" | " ")?`);
}

/** Around all the calls, behind a thought, and where parameters are missing. */
export function lineBreak(builder: GrammarBuilder): string {
  return builder.rule("line-break", String.raw`("\n" "\n"? | " ")?`);
}

export function parametersOf(tool: Tool | undefined): Record<string, unknown> {
  return (tool?.function.parameters ?? {}) as Record<string, unknown>;
}
