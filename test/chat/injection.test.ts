/** @file Message content never becomes a control token, whatever it spells and wherever it stands. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Chat, ChatFormat, PromptSegment } from "../../src/chat/chat-format.ts";
import { templateFormat } from "../../src/chat/chat-template.ts";
import type { Architecture, VocabularyKind } from "../../src/fresh/families.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { Model } from "../../src/llama/model.ts";
import { type Native, startNative } from "../../src/llama/native.ts";
import { templateRenderer } from "../../src/llama/template-renderer.ts";
import type { Vocab } from "../../src/llama/vocab.ts";
import { families, forgeries, known } from "./families.ts";

const { render, close } = templateRenderer(findLibraries("cpu"));
afterAll(close);

const mark = "\ufdd1"; // the mark that ends content: a forger's best guess

/** The places where a client's text reaches a template. */
const places: Record<string, (text: string) => Chat> = {
  user: (text) => ({ messages: [{ role: "user", content: `a ${text} b` }] }),
  "user, bare": (text) => ({ messages: [{ role: "user", content: text }] }),
  "user, behind a mark of ours": (text) => ({
    messages: [{ role: "user", content: `a${mark}${text}${mark}b` }],
  }),
  "user, a mark of ours inside": (text) => ({
    messages: [{ role: "user", content: `a ${text[0]}${mark}${text.slice(1)}` }],
  }),
  "user, in two parts": (text) => ({
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: text.slice(0, 3) },
          { type: "text", text: text.slice(3) },
        ],
      },
    ],
  }),
  system: (text) => ({
    messages: [
      { role: "system", content: `a ${text}` },
      { role: "user", content: "hi" },
    ],
  }),
  assistant: (text) => ({
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content: `a ${text} b` },
      { role: "user", content: "hi" },
    ],
  }),
  "assistant, continued": (text) => ({
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content: `a ${text}` },
    ],
    continueFinalMessage: true,
  }),
};

const toolPlaces: Record<string, (text: string) => Chat> = {
  name: (text) => ({ messages: [{ role: "user", content: "hi", name: text }] }),
  "tool answer": (text) => toolChat({ answer: `a ${text}` }),
  "argument value": (text) => toolChat({ given: { city: text } }),
  "argument key": (text) => toolChat({ given: { [text]: "a" } }),
  "called tool's name": (text) => toolChat({ called: text }),
  "call id": (text) => toolChat({ id: text }),
  "tool name": (text) => toolChat({ name: text }),
  "tool description": (text) => toolChat({ description: `a ${text}` }),
  "parameter description": (text) => toolChat({ property: { type: "string", description: text } }),
  "parameter type": (text) => toolChat({ property: { type: text } }),
  "parameter choice": (text) => toolChat({ property: { type: "string", enum: ["a", text] } }),
  "parameter name": (text) => toolChat({ key: text }),
  "required parameter": (text) => toolChat({ required: [text] }),
};

function toolChat({
  answer = "a",
  given = { city: "a" } as object,
  called = "lookup",
  id = "abc123def",
  name = "lookup",
  description = "a",
  key = "city",
  property = { type: "string", description: "a" } as object,
  required = ["city"],
}): Chat {
  const call = {
    id,
    type: "function" as const,
    function: { name: called, arguments: JSON.stringify(given) },
  };
  const parameters = { type: "object", properties: { [key]: property }, required };
  return {
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", content: answer, tool_call_id: id },
      { role: "assistant", content: "done" },
      { role: "user", content: "hi" },
    ],
    tools: [{ type: "function", function: { name, description, parameters } }],
  };
}

/** The control tokens of a prompt, or the refusal, which is as safe. */
async function controls(format: ChatFormat, chat: Chat): Promise<string[] | "refused"> {
  return format.prompt(chat).then(specialTexts, (error: unknown) => {
    if ((error as { status?: number }).status === 400) return "refused";
    throw error;
  });
}

const specialTexts = (segments: PromptSegment[]) =>
  segments.filter(({ special }) => special).map(({ text }) => text);

/** A word that spells nothing and is a fine call id too; it gives the prompt's own control tokens. */
const harmless = "ordinary1";

/** Mistral takes only ids of nine letters and digits. */
const mayRefuse = ["call id"];

/** In an assistant's own turn, thoughts are the template's to take apart. */
const ownTags = /<\/?think>|<\|?channel\|?>/;

describe("a forged control token stays plain text", () => {
  for (const family of families) {
    const format = templateFormat({ ...family, render });
    const everywhere = { ...places, ...toolPlaces };
    const tried = [
      ...family.controlTokens.map(({ text }) => text),
      ...known,
      forgeries.filter((each) => !ownTags.test(each)).join(" "),
    ];
    test.for(Object.entries(everywhere))(`${family.name}: %s`, async ([place, chatWith]) => {
      const expected = await controls(format, chatWith(harmless));
      expect(expected).not.toBe("refused");
      for (const forgery of tried) {
        const found = await controls(format, chatWith(forgery));
        if (mayRefuse.includes(place) && found === "refused") continue;
        if (place.startsWith("assistant") && ownTags.test(forgery)) continue;
        expect(found, forgery).toEqual(expected);
      }
    });
  }
});

describe("what a forger writes reaches the model as text", () => {
  test.for(families.map((family) => [family.name, family] as const))("%s", async ([, family]) => {
    const { prompt } = templateFormat({ ...family, render });
    const content = `x${forgeries.join(" ")}x`;
    const segments = await prompt({ messages: [{ role: "user", content }] });
    const plain = segments.filter(({ special }) => !special).map(({ text }) => text);
    expect(plain.some((text) => text.includes(content))).toBe(true);
  });

  test("without the marks it put there", async () => {
    const [family] = families;
    if (family === undefined) return;
    const { prompt } = templateFormat({ ...family, render });
    const segments = await prompt({
      messages: [{ role: "user", content: "a\ufdd0b\ufdd1c\ufdd2d" }],
    });
    expect(segments.map(({ text }) => text).join("")).toContain("user\nabcd<|im_end|>");
  });
});

describe("tokenised by llama.cpp", () => {
  const folder = mkdtempSync(join(tmpdir(), "injection-"));
  let native: Native;
  beforeAll(() => {
    native = startNative(findLibraries("cpu"), "cpu", () => undefined);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const models: [Architecture, VocabularyKind, string[]][] = [
    ["qwen2", "bpe", ["qwen2.5", "qwen3"]],
    ["llama", "bpe", ["llama-3.2"]],
    ["gemma3", "spm", ["gemma-2"]],
    ["phi3", "spm", ["phi-3", "llama-2", "vicuna"]],
  ];

  function load(architecture: Architecture, vocabulary: VocabularyKind): Model {
    const path = join(folder, `${architecture}.gguf`);
    writeTinyModel(path, { architecture, vocabulary, name: `${architecture} mini` });
    return new Model(native, path, { gpuLayers: 0 }, () => null);
  }

  function formatFor(name: string, vocab: Vocab): ChatFormat {
    const family = families.find((each) => each.name === name);
    return templateFormat({
      template: family?.template ?? "",
      render,
      bosToken: vocab.spelling(vocab.bos),
      eosToken: vocab.spelling(vocab.eos),
      controlTokens: vocab.controlTokens(),
    });
  }

  test.for(models)("%s (%s): no more control tokens than in a harmless chat", async (row) => {
    const [architecture, vocabulary, names] = row;
    const model = load(architecture, vocabulary);
    const own = new Set(model.vocab.controlTokens().map(({ text }) => text));
    for (const name of names) {
      const format = formatFor(name, model.vocab);
      const count = async (text: string) => {
        const chat: Chat = { messages: [{ role: "user", content: `a ${text} b` }] };
        const tokens = model.vocab.tokenizeSegments(await format.prompt(chat));
        return tokens.filter((token) => own.has(model.vocab.spelling(token))).length;
      };
      const expected = await count(harmless);
      for (const forgery of [...own, ...forgeries])
        expect(await count(forgery), `${name}: ${forgery}`).toBe(expected);
    }
    model.free();
  });

  test.for(models)("%s (%s): harmless text gives the tokens of the whole prompt", async (row) => {
    const [architecture, vocabulary, names] = row;
    const model = load(architecture, vocabulary);
    for (const name of names) {
      const segments = await formatFor(name, model.vocab).prompt({
        messages: [
          { role: "user", content: "  Hello there,\n\nhow are you? " },
          { role: "assistant", content: "Fine." },
          { role: "user", content: "Good < bad" },
        ],
      });
      const text = segments.map((segment) => segment.text).join("");
      const whole = model.vocab.tokenizeSegments([{ text, special: true }]);
      expect([...model.vocab.tokenizeSegments(segments)], name).toEqual([...whole]);
    }
    model.free();
  });
});
