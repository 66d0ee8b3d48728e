import { describe, expect, test } from "vitest";
import { renamed, renamedWhole } from "../../src/remote/answer-name.ts";
import { MessagesFilter } from "../../src/remote/anthropic/messages-filter.ts";
import { StreamFilter } from "../../src/remote/openai/stream-filter.ts";

const named = (text: string, name = "alias") => renamed(Buffer.from(text), name).toString();

describe("renamed", () => {
  test.for([
    ['{"model":"up","a":1}', '{"model":"alias","a":1}'],
    ['{"model": "up"}', '{"model": "alias"}'],
    ['{"model":"u\\"p\\\\","b":"\\""}', '{"model":"alias","b":"\\""}'],
    ['{"model":""}', '{"model":"alias"}'],
    ['{"model":null}', '{"model":null}'],
    ['{"model":{"id":"up"}}', '{"model":{"id":"up"}}'],
    ['{"models":"up"}', '{"models":"up"}'],
    ['{"content":"\\"model\\":\\"up\\""}', '{"content":"\\"model\\":\\"up\\""}'],
    [
      'data: {"model":"a"}\n\ndata: {"model":"b"}\n\n',
      'data: {"model":"alias"}\n\ndata: {"model":"alias"}\n\n',
    ],
  ] as const)("makes of %s: %s", ([before, after]) => {
    expect(named(before)).toBe(after);
  });

  test("writes a name that has quotation marks as JSON", () => {
    expect(JSON.parse(named('{"model":"up"}', 'say "ä"'))).toEqual({ model: 'say "ä"' });
  });
});

describe("renamedWhole", () => {
  const whole = (text: string, before: string | null) =>
    renamedWhole(Buffer.from(text), "alias", before).toString();

  test("leaves alone what a tool is given, and documents", () => {
    const tool = '"content":[{"type":"tool_use","input":{"model":"T"}}]';
    expect(whole(`{"model":"up",${tool}}`, "content")).toBe(`{"model":"alias",${tool}}`);
    expect(whole(`{${tool},"model":"up"}`, "content")).toBe(`{${tool},"model":"up"}`);
    expect(whole(`{"choices":[],"model":"up"}`, null)).toBe(`{"choices":[],"model":"alias"}`);
  });
});

describe("streams", () => {
  test("of OpenAI's have the name in every event, of Anthropic's in the first", () => {
    const chunks = new StreamFilter("m", 1, "alias");
    const event = Buffer.from('data: {"model":"up","choices":[]}\n\n');
    for (let i = 0; i < 2; i++) expect(chunks.pass(event).toString()).toContain('"model":"alias"');
    const messages = new MessagesFilter("m", "alias");
    const start = 'event: message_start\ndata: {"message":{"model":"up"}}\n\n';
    const later = 'event: content_block_start\ndata: {"content_block":{"input":{"model":"T"}}}\n\n';
    expect(messages.pass(Buffer.from("event: ping\ndata: {}\n\n")).toString()).toContain("ping");
    expect(messages.pass(Buffer.from(start)).toString()).toContain('{"model":"alias"}');
    expect(messages.pass(Buffer.from(later)).toString()).toBe(later);
  });

  test("without another name are the very bytes", () => {
    const event = Buffer.from('data: {"model":"up"}\n\n');
    expect(new StreamFilter("m").pass(event)).toBe(event);
    expect(new MessagesFilter("m").pass(event)).toBe(event);
  });
});
