/** @file Calls as a mark, the name, a mark and the arguments as JSON. */
import { type GrammarBuilder, literal } from "../../../grammar/grammar-builder.ts";
import type { Tool } from "../../../protocol/openai.ts";
import { scanJson } from "../text/json-scanner.ts";
import type { Reading } from "../text/text-input.ts";
import {
  type CallReading,
  type CallSyntax,
  type GrammarCalls,
  repeated,
  spacing,
} from "./call-syntax.ts";
import { toolArguments } from "./tool-arguments.ts";
import { grouped, type Wrap, wrapMarks, wrapped } from "./wrapped-calls.ts";

export type NamedCalls = {
  wrap?: Wrap;
  /** The first is the one that is asked for. */
  opens: readonly [string, ...string[]];
  /** Ends the name. */
  argumentsOpen: string;
  close?: string;
  /** Finds `name`, and where the model writes one, `id`, in the text before the arguments. */
  head: RegExp;
  /** GBNF of that text, the name being given as GBNF too. */
  headGrammar?: (name: string) => string;
  /** One call ends the answer. */
  single?: boolean;
};

export function namedCalls(form: NamedCalls): CallSyntax {
  const { opens, wrap } = form;
  return {
    opens: [...opens, ...(wrap ? [wrap.open] : [])],
    marks: [form.argumentsOpen, form.close ?? "", form.headGrammar?.("") ?? "", ...wrapMarks(wrap)],
    read: (reading) => grouped({ opens, wrap, one: () => readCall(form, reading), reading }),
    grammar(builder, calls) {
      const open = literal(opens[0]);
      const space = spacing(builder);
      const call = builder.rule(
        "call",
        calls.tools.map((tool) => `${open} ${callGrammar(form, builder, tool)}`).join(" | "),
      );
      if (calls.opened) return openedCalls(form, builder, calls, call);
      const several = { ...calls, parallel: calls.parallel && !form.single };
      return wrapped(wrap, space, repeated(call, space, several));
    },
  };
}

function* readCall(form: NamedCalls, { input, output }: CallReading): Reading<boolean> {
  const head = yield* input.before(form.argumentsOpen);
  if (head === null) return false;
  const found = form.head.exec(head)?.groups;
  const name = found?.name;
  if (name === undefined) return false;
  yield* input.space();
  if (!(yield* seesObject(input))) return false;
  output.startCall(name, found?.id);
  if (!(yield* scanJson(input, (part) => output.passArguments(part)))) return false;
  output.inCall = false;
  if (form.close === undefined) return true;
  const behind = input.at;
  yield* input.space();
  if (!(yield* input.takes(form.close.trimStart()))) input.at = behind;
  return true;
}

function callGrammar(form: NamedCalls, builder: GrammarBuilder, tool: Tool): string {
  const name = literal(tool.function.name);
  const head = form.headGrammar?.(name) ?? name;
  const close = form.close === undefined ? "" : literal(form.close);
  const body = `${head} ${literal(form.argumentsOpen)} ${toolArguments(builder, tool)} ${close}`;
  return builder.rule("call-named", body);
}

/** The first call's opening is the prompt's. */
function openedCalls(
  form: NamedCalls,
  builder: GrammarBuilder,
  { tools, parallel }: GrammarCalls,
  call: string,
): string {
  const first = tools.map((tool) => callGrammar(form, builder, tool)).join(" | ");
  return `(${first}) ${parallel ? `(${spacing(builder)} ${call})*` : ""}`;
}

/** Told before the call is, so that what is no JSON can still be content. */
function* seesObject(input: CallReading["input"]): Reading<boolean> {
  const begin = input.at;
  const opened = yield* input.takes("{");
  yield* input.space();
  const goesOn = /["}]/.test(yield* input.peek());
  input.at = begin;
  return opened && goesOn;
}
