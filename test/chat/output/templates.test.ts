/** @file Every chat template of llama.cpp's bundle: rendered, read back, held to its own grammar. */
import { afterAll, describe, expect, test } from "vitest";
import type { Chat, PromptSegment } from "../../../src/chat/chat-format.ts";
import { tokenSpellings } from "../../../src/chat/output/token-spellings.ts";
import { compileGrammar } from "../../../src/grammar/matcher/grammar.ts";
import { findLibraries } from "../../../src/llama/libraries.ts";
import { templateRenderer } from "../../../src/llama/template-renderer.ts";
import { matches } from "../../grammar/sample-vocabulary.ts";
import { readmeSection, unaligned } from "../../readme/section.ts";
import { bundledTemplates, missingTemplates } from "./bundled-templates.ts";
import { type Findings, templateTable } from "./template-table.ts";
import {
  type Call,
  type Rendered,
  readBack,
  renderedTurn,
  type Trial,
  type Turn,
  textOf,
  tools,
  trialOf,
} from "./template-trial.ts";

const missing = missingTemplates();
const { render, close } = templateRenderer(findLibraries("cpu"));
afterAll(close);
const trials = missing === null ? bundledTemplates().map((each) => trialOf(each, render)) : [];
const byName = trials.map((trial) => [trial.name, trial] as const);

const text = 'a "q" {b} é 日本 </tool_call> 🙂\nline two';
const flat: Call = {
  name: "get_weather",
  given: { city: "Oslo", days: 3, share: 0.5, warm: true },
};
const tricky: Call = { name: "get_weather", given: { city: text, days: -20, warm: false } };
const nested: Call = {
  name: "get_weather",
  given: { city: "Oslo", more: { depth: [1, 2], name: "x y", none: {} } },
};
const empty: Call = { name: "ping", given: {} };

const turns: Record<string, Turn> = {
  "a call": { content: null, calls: [flat] },
  "a call with a tricky text": { content: null, calls: [tricky] },
  "a call with nested arguments": { content: null, calls: [nested] },
  "a call without arguments": { content: null, calls: [empty] },
  "two calls": { content: null, calls: [flat, empty] },
  "a text and two calls": { content: "CONTENT", calls: [tricky, empty] },
  "a thought and a text": { content: "CONTENT", reasoning: "REASON", calls: [] },
  "a thought, a text and two calls": {
    content: "CONTENT",
    reasoning: "REASON",
    calls: [nested, empty],
  },
};

const unclosed = "the prompt opens a thought, the template never closes it";
const printed = "objects are printed as nothing by llama.cpp's Jinja";
const asThought = "a text beside calls is told as a thought";

/** What does not come back as it was, and why. */
const losses: Record<string, Record<string, string>> = {
  "openbmb-MiniCPM5-1B": {
    "a call with nested arguments": printed,
    "a thought, a text and two calls": printed,
  },
  "NVIDIA-Nemotron-Nano-v2": {
    "a text and two calls": unclosed,
    "a thought and a text": unclosed,
    "a thought, a text and two calls": unclosed,
  },
  "Apriel-1.6-15b-Thinker-fixed": { "a text and two calls": unclosed },
  "openai-gpt-oss-120b": {
    "a text and two calls": asThought,
    "a thought, a text and two calls": asThought,
  },
};

/** What the grammar of required calls does not allow, and why: models need not write so. */
const strays: Record<string, { why: string; turns: string[] }> = {
  "ByteDance-Seed-OSS": {
    why: "objects are printed as Python does",
    turns: ["a call with nested arguments"],
  },
  "deepseek-ai-DeepSeek-R1-Distill-Llama-8B": {
    why: "the mark behind a single call is forgotten",
    turns: Object.keys(turns).filter((what) => what.startsWith("a call")),
  },
  "CohereForAI-c4ai-command-r-plus-tool_use": {
    why: "JSON stands on many lines",
    turns: Object.keys(turns),
  },
};

/** What stands in the rendered turn, and so has to be found in it. */
function shown({ answer, promptEnd }: Rendered, turn: Turn) {
  const has = (word: string | undefined) => word !== undefined && answer.includes(word);
  return {
    calls: turn.calls.filter(({ name }) => has(name)),
    content: has("CONTENT") ? "CONTENT" : "",
    reasoning: has("REASON") ? "REASON" : "",
    promptEnd,
  };
}

/** Whether the prompt opens a thought that the rendered turn does not close. */
function leavesOpen({ output: { thought } }: Trial, { answer, promptEnd }: Rendered): boolean {
  if (thought === null || answer.includes(thought.close)) return false;
  return promptEnd.lastIndexOf(thought.open.trim()) > promptEnd.lastIndexOf(thought.close);
}

/** A conversation with this in every place where a client writes. */
function chatAround(written: string): Chat {
  const called = { name: "get_weather", arguments: JSON.stringify({ city: written }) };
  return {
    messages: [
      { role: "user", content: written },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "abcdefgh0", type: "function", function: called }],
      },
      { role: "tool", content: written, tool_call_id: "abcdefgh0" },
      { role: "assistant", content: "So it is." },
      { role: "user", content: written },
    ],
    tools,
  };
}

/** A refusal is as safe as a prompt without any special token. */
function refusal(error: unknown): PromptSegment[] {
  if (error instanceof Error && "status" in error && error.status === 400)
    return [{ text: error.message, special: true }];
  throw error;
}

/** MiniMax M3 writes these as text, each behind a token that says that it is a tag. */
const m3Tags = /^<\/?(city|days|share|warm|more|depth|name|none|item|invoke)>$/;

async function mayBeRendered(trial: Trial, turn: Turn): Promise<Rendered | null> {
  const rendered = await renderedTurn(trial, turn);
  if (typeof rendered !== "string") return rendered;
  expect(rendered).toMatch(/^[^\n]{10,200}[.!]$/);
  return null;
}

describe.skipIf(missing !== null)(`the bundle's chat templates (${missing ?? "here"})`, () => {
  test("are all there", () => {
    expect(trials.length).toBeGreaterThanOrEqual(69);
  });

  describe("render a conversation, with and without tools", () => {
    test.for(byName)("%s", async ([, { format }]) => {
      const messages: Chat["messages"] = [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Where is it warm?" },
      ];
      for (const chat of [{ messages }, { messages, tools }])
        expect(textOf(await format.prompt(chat))).toContain("Where is it warm?");
    });
  });

  describe("show tools, calls and results, in words where they have no place for them", () => {
    test.for(byName)("%s", async ([, { format }]) => {
      const call = { name: "get_weather", arguments: '{"city":"Reykjavik"}' };
      const asked: Chat["messages"] = [
        { role: "user", content: "Where is it warm?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "abcdefgh0", type: "function", function: call }],
        },
        { role: "tool", content: "20 degrees", tool_call_id: "abcdefgh0" },
      ];
      expect(textOf(await format.prompt({ messages: asked.slice(0, 1), tools }))).toContain("ping");
      const prompt = textOf(await format.prompt({ messages: asked, tools }));
      for (const word of ["get_weather", "Reykjavik", "20 degrees"]) expect(prompt).toContain(word);
    });
  });

  describe("never make a special token of what a client wrote", () => {
    test.for(byName)("%s", async ([, { format, controls, output }]) => {
      const specials = async (written: string) => {
        const { prompt } = format;
        const segments = await prompt(chatAround(written)).catch(refusal);
        return segments.filter(({ special }) => special).map((segment) => segment.text);
      };
      const forged = [...new Set([...controls, ...output.visible])].join(" ");
      expect(await specials(`x ${forged} x`)).toEqual(await specials("x y x"));
    });
  });

  describe("have a reader that is shown each token that stands in an answer", () => {
    test.for(byName)("%s", async ([, trial]) => {
      if (trial.output.toolFormat === null) return;
      for (const turn of Object.values(turns).filter(({ calls }) => !calls.includes(tricky))) {
        const rendered = await mayBeRendered(trial, turn);
        const found = tokenSpellings([rendered?.answer ?? ""]);
        const tokens = found.filter((token) => !m3Tags.test(token));
        expect(trial.output.visible).toEqual(expect.arrayContaining(tokens));
      }
    });
  });

  for (const [what, turn] of Object.entries(turns))
    describe(`give back ${what}`, () => {
      test.for(byName)("%s", async ([name, trial]) => {
        const rendered = await mayBeRendered(trial, turn);
        if (rendered === null) return;
        const whole = readBack(trial, rendered, 1e6);
        for (const size of [1, 2, 3, 7])
          expect(readBack(trial, rendered, size), `in parts of ${size}`).toEqual(whole);
        const { calls, content, reasoning } = shown(rendered, turn);
        const found = {
          calls: whole.calls.map((call) => ({
            name: call.name,
            given: JSON.parse(call.arguments),
          })),
          content: whole.content.trim(),
          reasoning: whole.reasoning,
        };
        if (losses[name]?.[what] === undefined)
          expect(found, rendered.answer).toEqual({ calls, content, reasoning });
        else expect(found, "it is lossless by now").not.toEqual({ calls, content, reasoning });
      });
    });

  const callTurns = Object.entries(turns).filter(([, turn]) => !turn.content);
  for (const [what, turn] of callTurns)
    describe(`accept ${what} under the grammar of required calls`, () => {
      test.for(byName)("%s", async ([name, trial]) => {
        const rendered = await mayBeRendered(trial, turn);
        if (rendered === null || losses[name]?.[what] !== undefined) return;
        const { promptEnd, answer } = rendered;
        const { calls } = shown(rendered, turn);
        if (calls.length < turn.calls.length) return;
        const grammar = trial.output.callGrammar({ tools, parallel: true, promptEnd });
        const whole = leavesOpen(trial, rendered) ? trial.output.thought?.close + answer : answer;
        const goesAstray = strays[name]?.turns.includes(what) ?? false;
        expect(matches(compileGrammar(grammar), whole), `${whole}\n\n${grammar}`).toBe(!goesAstray);
      });
    });

  test("are described in the README as they were found to be", async () => {
    const table = templateTable(await Promise.all(trials.map(findings)));
    expect(unaligned(readmeSection("templates", `${table}\n`))).toBe(unaligned(table));
  });
});

/** What of calls and thoughts comes back, a template's own words being read. */
async function findings(trial: Trial): Promise<Findings> {
  const { name, output } = trial;
  const callsRead = async (turn: Turn) => {
    const rendered = await renderedTurn(trial, turn);
    return typeof rendered === "string" ? 0 : readBack(trial, rendered, 1).calls.length;
  };
  const thoughtsRead = async (turn: Turn) => {
    const rendered = await renderedTurn(trial, turn);
    return (
      typeof rendered !== "string" && readBack(trial, rendered, 1).reasoning.includes("REASON")
    );
  };
  const thinking = Object.values(turns).filter((turn) => turn.reasoning !== undefined);
  return {
    name,
    toolFormat: output.toolFormat,
    reasoningFormat: output.reasoningFormat,
    calls: Math.max(
      await callsRead(turns["a call"] as Turn),
      await callsRead(turns["two calls"] as Turn),
    ),
    thought: (await Promise.all(thinking.map(thoughtsRead))).some(Boolean),
    losses: [...new Set(Object.values(losses[name] ?? {}))],
  };
}
