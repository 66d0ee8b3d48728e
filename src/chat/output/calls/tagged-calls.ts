/**
 * @file Calls with each parameter between tags, its value as bare text: what the text stands for is
 * known from the tool's schema.
 */

import type { Reading } from "../text/text-input.ts";
import type { CallReading, CallSyntax } from "./call-syntax.ts";
import { repeated, spacing } from "./call-syntax.ts";
import { parameterSchema } from "./parameter-schema.ts";
import { taggedCallGrammar } from "./tagged-call-grammar.ts";
import type { TaggedForm } from "./tagged-form.ts";
import { readTaggedValue } from "./tagged-value.ts";
import { grouped, wrapMarks, wrapped } from "./wrapped-calls.ts";

export function taggedCalls(form: TaggedForm): CallSyntax {
  const { wrap, parameter } = form;
  const marks = [
    ...[form.nameEnd, form.close, form.nameGrammar?.(""), form.behind, form.between],
    ...[parameter.open, parameter.keyEnd, parameter.valueOpen],
  ];
  const group = wrap?.open === form.open ? undefined : wrap;
  return {
    opens: [form.open, ...(group ? [group.open] : [])],
    marks: [...marks, parameter.close, ...wrapMarks(group)].filter((mark) => mark !== undefined),
    read: (reading) =>
      grouped({ opens: [form.open], wrap: group, reading, one: () => readCall(form, reading) }),
    grammar(builder, calls) {
      const space = spacing(builder);
      const each = calls.tools.map((tool) => taggedCallGrammar(form, builder, tool));
      const call = builder.rule("call", `(${each.join(" | ")}) ${form.behind ?? ""}`);
      const between = form.between ?? space;
      return form.wrapsEach
        ? repeated(wrapped(group, space, call), between, calls)
        : wrapped(group, space, repeated(call, between, calls));
    },
  };
}

function* readCall(form: TaggedForm, reading: CallReading): Reading<boolean> {
  const { input, output, tools } = reading;
  const name = yield* readName(form, reading);
  if (name === null) return false;
  const tool = tools.find((each) => each.function.name === name);
  output.startCall(name);
  output.passArguments("{");
  const { parameter } = form;
  for (let count = 0; ; count++) {
    yield* input.space();
    if (yield* input.takes(form.close)) break;
    const key = yield* readKey(form, reading);
    if (key === null) {
      output.passArguments("}");
      return false;
    }
    output.passArguments(`${count > 0 ? ", " : ""}${JSON.stringify(key.name)}: `);
    const schema = parameterSchema(tool, key.name, key.isString);
    yield* readTaggedValue(form, reading, { schema, close: parameter.close });
  }
  output.passArguments("}");
  output.inCall = false;
  return true;
}

const longestName = 300;

function* readName(form: TaggedForm, { input }: CallReading): Reading<string | null> {
  if (form.nameEnd !== undefined) {
    const head = yield* input.before(form.nameEnd, longestName);
    return head === null ? null : nameIn(head, form.head);
  }
  const name = yield* input.run(/[^\s<{]/);
  yield* input.space();
  const ends = (yield* input.sees(form.parameter.open)) || (yield* input.sees(form.close));
  return ends && name.length <= longestName ? nameIn(name, form.head) : null;
}

function nameIn(text: string, pattern: RegExp | undefined): string | null {
  const name = pattern === undefined ? text.trim() : pattern.exec(text)?.groups?.name;
  return name === undefined || name === "" || /[\s<>]/.test(name) ? null : name;
}

type Key = { name: string; isString: boolean | undefined };

function* readKey({ parameter }: TaggedForm, { input }: CallReading): Reading<Key | null> {
  if (!(yield* input.takes(parameter.open))) return null;
  const head = yield* input.before(parameter.keyEnd, longestName);
  if (head === null) return null;
  if (parameter.valueOpen !== undefined) {
    yield* input.space();
    if (!(yield* input.takes(parameter.valueOpen))) return null;
  }
  const quote = parameter.attributes === undefined ? -1 : head.indexOf('"');
  if (quote < 0) return { name: head.trim(), isString: undefined };
  return { name: head.slice(0, quote), isString: /"(true|string)$/.test(head) };
}
