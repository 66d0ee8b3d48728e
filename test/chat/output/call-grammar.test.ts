/** @file What a grammar of required calls lets through is calls, whatever the model would rather write. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { OutputFormat } from "../../../src/chat/output/output-format.ts";
import { outputFormat } from "../../../src/chat/output/output-formats.ts";
import { compileGrammar, type Grammar } from "../../../src/grammar/matcher/grammar.ts";
import { TokenMatcher } from "../../../src/grammar/matcher/token-matcher.ts";
import type { Tool } from "../../../src/protocol/openai.ts";
import {
  allowedTokens,
  endToken,
  matches,
  seeded,
  trie,
  vocabulary,
} from "../../grammar/sample-vocabulary.ts";
import { bundledTemplates, missingTemplates } from "./bundled-templates.ts";
import { readAnswer } from "./read-answer.ts";

const missing = missingTemplates();

/** One template of each way to write calls. */
const formats = new Map(
  (missing === null ? bundledTemplates() : [])
    .map(({ template }) => outputFormat(template))
    .map((format) => [format.toolFormat ?? "none", format]),
);

function tool(name: string, parameters?: Record<string, unknown>): Tool {
  return { type: "function", function: { name, ...(parameters && { parameters }) } };
}

const tools: Tool[] = [
  tool("ping"),
  tool("find.all", {
    type: "object",
    properties: {
      text: { type: "string" },
      most: { type: "integer" },
      exact: { type: "boolean" },
      order: { type: "string", enum: ["up", "down"] },
      within: { type: ["string", "null"] },
      near: { $ref: "#/$defs/place" },
      any: {},
      tags: { type: "array", items: { type: "string" } },
    },
    required: ["text", "order"],
    additionalProperties: false,
    $defs: {
      place: {
        type: "object",
        properties: {
          x: { type: "number" },
          y: { type: "number" },
          "the name": { type: "string" },
        },
        required: ["x", "y"],
      },
    },
  }),
];

/** Names that no pattern of ours should have a word in. */
const oddNames = ["a-b_c", "ns:tool", "a/b", "höhe", "x.y.z", "functions.f"];

const ajv = new Ajv2020({ strict: false });
const validators = new Map(
  tools.map(({ function: { name, parameters } }) => [
    name,
    ajv.compile(parameters ?? { maxProperties: 0 }),
  ]),
);

/** Lets chance choose what the grammar allows; sooner or later, what ends things. */
function walk(grammar: Grammar, random: () => number, ends: readonly string[]): string {
  const matcher = new TokenMatcher(grammar, trie);
  const bytes: number[] = [];
  const take = (tokens: Iterable<number>) => {
    for (const token of tokens) {
      if (!matcher.accept(token)) throw new Error(`${token} is not accepted.`);
      bytes.push(...(vocabulary.bytes(token) ?? []));
    }
  };
  for (let count = 0; count < 3000; count++) {
    if (matcher.allows(endToken) && random() < 0.5) return Buffer.from(bytes).toString();
    const hurries = count > 150 || random() < 0.2;
    const fitting = hurries ? ends.filter((each) => fits(matcher, each)) : [];
    const end = fitting[Math.floor(random() * fitting.length)];
    const allowed = allowedTokens(matcher.mask()).filter((token) => token !== endToken);
    const chosen = allowed[Math.floor(random() * allowed.length)];
    if (end === undefined && chosen === undefined) return Buffer.from(bytes).toString();
    take(end === undefined ? [chosen ?? endToken] : Buffer.from(end));
  }
  throw new Error(`It does not come to an end: ${Buffer.from(bytes).toString().slice(-300)}`);
}

/** Takes blanks wherever there may be some, and else the first that is allowed. */
function blankest(grammar: Grammar): string {
  const matcher = new TokenMatcher(grammar, trie);
  const text: number[] = [];
  while (!matcher.allows(endToken) || ["\n", " ", "\t"].some((blank) => fits(matcher, blank))) {
    const blank = ["\n", " ", "\t"].find((each) => fits(matcher, each));
    const token = blank === undefined ? allowedTokens(matcher.mask())[0] : blank.charCodeAt(0);
    if (token === undefined || text.length > 1000) break;
    matcher.accept(token);
    text.push(...(vocabulary.bytes(token) ?? []));
  }
  return Buffer.from(text).toString();
}

function fits(matcher: TokenMatcher, text: string): boolean {
  const ahead = matcher.clone();
  return [...Buffer.from(text)].every((byte) => ahead.accept(byte));
}

// MiniMax M3's
const elements = ["text", "most", "within", "any", "x", "y", "the name", "item", "invoke"];
const closings = [
  ...["\n```", '"}', '"', "'", "}", "]", ")", "/", ">"],
  ...elements.map((name) => `]<]minimax[>[</${name}>`),
];

describe.skipIf(missing !== null)(`callGrammar (${missing ?? "templates here"})`, () => {
  test("is there for every way to write calls", () => {
    expect(formats.size).toBeGreaterThan(30);
  });

  for (const [name, format] of formats)
    for (const parallel of [true, false])
      test(`${name}: leads to valid calls${parallel ? "" : ", one of them"}`, () => {
        const { thought } = format;
        for (const promptEnd of ["", thought?.open ?? ""]) {
          const gbnf = format.callGrammar({ tools, parallel, promptEnd });
          const grammar = compileGrammar(gbnf);
          const random = seeded(7);
          for (let run = 0; run < 6; run++)
            expectCalls(format, { promptEnd, parallel }, walk(grammar, random, endsOf(format)));
        }
      });

  for (const [name, format] of formats)
    test(`${name}: has no room for runs of blanks`, () => {
      const digits = { type: "string", enum: ["0123456789"] };
      const one = tool("f", { type: "object", properties: { a: digits }, required: ["a"] });
      const promptEnd = format.thought === null ? "" : format.thought.open + format.thought.close;
      const gbnf = format.callGrammar({ tools: [one], parallel: false, promptEnd });
      const text = blankest(compileGrammar(gbnf));
      const blanks = text.replace(/\S+/g, "");
      expect(blanks.length, JSON.stringify(text)).toBeLessThanOrEqual(20);
      expect(text).not.toMatch(/[[{:,]\s*\n\s*\n/);
    });

  for (const [name, format] of formats)
    test(`${name}: leads to calls of tools with odd names`, () => {
      for (const odd of oddNames) {
        const given = { tools: [tool(odd)], parallel: false, promptEnd: "" };
        const text = walk(compileGrammar(format.callGrammar(given)), seeded(3), endsOf(format));
        const { calls } = readAnswer(format.reader({ tools: given.tools, promptEnd: "" }), [text]);
        expect(
          calls.map((call) => call.name),
          text,
        ).toEqual([odd]);
      }
    });

  for (const [name, format] of formats)
    test(`${name}: is made, or refused, at once, however a schema refers to itself`, () => {
      const six = Array.from({ length: 6 }, (_, index) => [`p${index}`, { $ref: "#/$defs/node" }]);
      const node = { type: "object", properties: Object.fromEntries(six) };
      const wide = Array.from({ length: 3000 }, (_, index) => [`p${index}`, { type: "string" }]);
      const recursive = { ...node, $defs: { node } };
      for (const schema of [recursive, { type: "object", properties: Object.fromEntries(wide) }]) {
        const started = performance.now();
        const given = { tools: [tool("x", schema)], parallel: true, promptEnd: "" };
        try {
          compileGrammar(format.callGrammar(given));
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
        expect(performance.now() - started).toBeLessThan(2000);
      }
    });

  for (const [name, format] of formats)
    test(`${name}: lets a tool that takes any object have arguments`, () => {
      const any = tool("f", { type: "object" });
      const promptEnd = format.thought === null ? "" : format.thought.open + format.thought.close;
      const gbnf = format.callGrammar({ tools: [any], parallel: false, promptEnd });
      const grammar = compileGrammar(gbnf);
      const random = seeded(5);
      const given = Array.from({ length: 12 }, () => {
        const text = walk(grammar, random, endsOf(format));
        const [call] = readAnswer(format.reader({ tools: [any], promptEnd }), [text]).calls;
        return call?.arguments ?? "none";
      });
      expect(given.filter((each) => each !== "{}").length, given.join("\n")).toBeGreaterThan(0);
    });

  test("lets no other tool be called than those that are given", () => {
    const hermes = formats.get("Hermes");
    const required = { tools: tools.slice(0, 1), parallel: false, promptEnd: "" };
    const grammar = compileGrammar(hermes?.callGrammar(required) ?? "");
    const call = (name: string) =>
      `<tool_call>\n{"name": "${name}", "arguments": {}}\n</tool_call>`;
    expect(matches(grammar, call("ping"))).toBe(true);
    expect(matches(grammar, call("pong"))).toBe(false);
    expect(matches(grammar, "Let me think.")).toBe(false);
    expect(matches(grammar, call("ping") + call("ping"))).toBe(false);
  });
});

describe("a tool without parameters", () => {
  const generic = outputFormat(null);
  const accepts = (given: Tool, args: string) => {
    const gbnf = generic.callGrammar({ tools: [given], parallel: false, promptEnd: "" });
    return matches(compileGrammar(gbnf), `{"name": "ping", "arguments": ${args}}`);
  };

  test("is called with none", () => {
    const asNull: Tool = { type: "function", function: { name: "ping", parameters: null } };
    for (const given of [tool("ping"), asNull]) {
      expect(accepts(given, "{}")).toBe(true);
      expect(accepts(given, '{"x": 1}')).toBe(false);
    }
  });

  test("is another than one that takes any object", () => {
    const any = tool("ping", { type: "object" });
    expect([accepts(any, "{}"), accepts(any, '{"x": 1}')]).toEqual([true, true]);
  });
});

describe.skipIf(missing !== null)(`willingGrammar (${missing ?? "templates here"})`, () => {
  const asked = { tools, parallel: false, promptEnd: "" };
  const willing = [...formats].flatMap(([name, format]) => {
    const gbnf = format.willingGrammar(asked);
    return gbnf === null ? [] : [[name, format, compileGrammar(gbnf)] as const];
  });

  test("is there where a mark of its own begins a call, and nowhere else", () => {
    const names = willing.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(["Hermes", "GLM", "Mistral"]));
    expect(outputFormat(null).willingGrammar(asked)).toBeNull();
  });

  test.for(willing)("%s: lets a text be a text, and a call be nothing but a call", (each) => {
    const [, format, grammar] = each;
    const text = 'It is {"a": 1} < 2.';
    expect(matches(grammar, text)).toBe(true);
    const required = compileGrammar(format.callGrammar(asked));
    const random = seeded(11);
    for (let run = 0; run < 6; run++) {
      const call = walk(required, random, endsOf(format)).trim();
      if (format.thought !== null && call.startsWith(format.thought.open.trim())) continue;
      expect(matches(grammar, call), call).toBe(true);
      expect(matches(grammar, `${text}\n${call}`), call).toBe(true);
      expect(matches(grammar, call.slice(0, -1)), call).toBe(false);
    }
  });
});

function endsOf({ thought, visible }: OutputFormat): string[] {
  return [...(thought === null ? [] : [thought.close]), ...visible, ...closings];
}

type Asked = { promptEnd: string; parallel: boolean };

function expectCalls(format: OutputFormat, { promptEnd, parallel }: Asked, text: string): void {
  const answer = readAnswer(format.reader({ tools, promptEnd }), [text]);
  expect(answer.content, text).toBe("");
  expect(answer.calls.length, text).toBeGreaterThan(0);
  if (!parallel) expect(answer.calls.length, text).toBe(1);
  for (const call of answer.calls) {
    const valid = validators.get(call.name);
    expect(valid, `${call.name} in ${text}`).toBeDefined();
    expect(valid?.(JSON.parse(call.arguments)), `${call.arguments} in ${text}`).toBe(true);
  }
}

describe("withThought", () => {
  const client = 'root ::= "[" item root? "]" # root\nitem ::= "root" | [root"]+ <|x|>?';
  const plain = 'root ::= "yes" | other\nother ::= "no"';
  const thinker = outputFormat("<think> {{ messages }}");

  test("leaves the grammar alone where the model does not think", () => {
    expect(outputFormat(null).withThought(plain, "")).toBe(plain);
  });

  test.for([
    ["yes", "", true],
    ["<think>hm, no</think>\n\nyes", "", true],
    ["<think>hm, no</think>\n\nmaybe", "", false],
    ["hm, no</think>\n\nyes", "", false],
    ["hm, no</think>\n\nyes", "<think>\n", true],
    ["yes", "<think>\n", false],
    ["yes", "<think>\n\n</think>\n\n", true],
    ["<think>hm</think>yes", "<think>\n\n</think>\n\n", false],
  ] as const)("%j behind the prompt's %j: %s", ([text, promptEnd, allowed]) => {
    const grammar = compileGrammar(thinker.withThought(plain, promptEnd));
    expect(matches(grammar, text)).toBe(allowed);
  });

  test("keeps the client's names apart from its own, and what only looks like a name", () => {
    const both = thinker.withThought(client.replace(" <|x|>?", ""), "");
    const grammar = compileGrammar(both);
    expect(matches(grammar, "[root[ro]]")).toBe(true);
    expect(matches(grammar, "<think>x</think>[root]")).toBe(true);
    expect(matches(grammar, "[answer-root]")).toBe(false);
  });

  test("opens the final channel where Harmony has one", () => {
    const harmony = outputFormat("<|channel|>analysis <|message|>");
    const grammar = compileGrammar(harmony.withThought(plain, "<|start|>assistant"));
    const thought = "<|channel|>analysis<|message|>hm<|end|><|start|>assistant";
    expect(matches(grammar, "<|channel|>final<|message|>yes")).toBe(true);
    expect(matches(grammar, `${thought}<|channel|>final<|message|>yes`)).toBe(true);
    expect(matches(grammar, "yes")).toBe(false);
  });
});
