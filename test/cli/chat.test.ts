/** @file `fastchat chat` through a pipe, against an echo server; and its parts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MessageReader } from "../../src/cli/chat-input.ts";
import { createApp } from "../../src/http/app.ts";
import { serve } from "../../src/http/serve.ts";
import { type EchoServer, echoServer } from "../bench/echo-server.ts";
import { runProgram, startProgram, waitFor } from "./program.ts";

let folder: string;
let server: EchoServer;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-chat-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  server = await echoServer();
});
afterEach(() => server.close());

const chat = (input: string, ...flags: string[]) =>
  runProgram(["chat", "--api-base", server.baseUrl, "--max-new-tokens", "3", ...flags], { input });
const asked = () =>
  server.bodies.map(({ messages }) => messages.map(({ role, content }) => `${role}: ${content}`));

describe("fastchat chat, piped", () => {
  test("answers each line and re-sends the history", async () => {
    const { code, stdout } = await chat("one two\nthree\n");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "one two one \nthree three three \n" });
    expect(asked()).toEqual([
      ["user: one two"],
      ["user: one two", "assistant: one two one ", "user: three"],
    ]);
  });

  test("sends FastChat's settings under their names in the API", async () => {
    const flags = ["--temperature", "0", "--repetition-penalty", "1.2"];
    await chat("hi\n", "--conv-system-msg", "Be brief.", ...flags);
    expect(server.bodies[0]).toMatchObject({
      model: "echo",
      max_tokens: 3,
      temperature: 0,
      repetition_penalty: 1.2,
      stream: true,
    });
    expect(asked()).toEqual([["system: Be brief.", "user: hi"]]);
  });

  test("forgets with --no-history", async () => {
    await chat("one\ntwo\n", "--no-history");
    expect(asked()).toEqual([["user: one"], ["user: two"]]);
  });

  test("takes several lines as one message", async () => {
    await chat('"""\nline one\n\nline three\n"""\na \\\nb\n', "--no-history");
    expect(asked()).toEqual([["user: line one\n\nline three"], ["user: a \nb"]]);
  });

  test("runs /system, /regen and /reset", async () => {
    await chat("/system Sing.\nla\n/regen\n/reset\nlo\n/system\n/reset\nle\n");
    expect(asked()).toEqual([
      ["system: Sing.", "user: la"],
      ["system: Sing.", "user: la"],
      ["system: Sing.", "user: lo"],
      ["user: le"],
    ]);
  });

  test("saves a conversation and goes on with it in another run", async () => {
    const path = join(folder, "talk.json");
    await chat(`/system S\none\n/save ${path}\n`);
    expect(JSON.parse(readFileSync(path, "utf8")).messages).toHaveLength(3);
    server.bodies.length = 0;
    const { stdout } = await chat(`/load ${path}\ntwo\n`);
    expect(stdout).toContain(`Loaded 3 messages from ${path}.`);
    expect(asked()).toEqual([["system: S", "user: one", "assistant: one one one ", "user: two"]]);
  });

  test("answers a bad command with a sentence and goes on", async () => {
    writeFileSync(join(folder, "bad.json"), "{}");
    const { code, stdout } = await chat(
      `/nope\n/load ${join(folder, "bad.json")}\n/help\n/exit\nx\n`,
    );
    expect(code).toBe(0);
    expect(stdout).toContain("There is no /nope; /help lists what there is.");
    expect(stdout).toContain("it is not a conversation that /save wrote.");
    expect(stdout).toMatch(/^\/save FILE +write/m);
    expect(server.bodies).toHaveLength(0); // nothing after /exit is asked
  });

  test("takes an unfinished message at the end of the input", async () => {
    await chat('"""\nno end');
    expect(asked()).toEqual([["user: no end"]]);
  });

  test("names a model that is not there, and a server that is not there", async () => {
    const wrong = await chat("hi\n", "--model", "nope");
    expect(wrong).toMatchObject({ code: 1, stdout: "" });
    expect(wrong.stderr).toBe(`fastchat: ${server.baseUrl} has no model 'nope'; it has echo.\n`);
    await server.close();
    const gone = await chat("hi\n");
    expect(gone.code).toBe(1);
    expect(gone.stderr).toMatch(/^fastchat: There is no server at \S+ \(ECONNREFUSED\): start one/);
    expect(gone.stderr.trimEnd()).not.toContain("\n");
  });

  test("says that the address of an API ends in /v1", async () => {
    const { url, close } = await serve(createApp(), { host: "127.0.0.1", port: 0 });
    const { code, stderr } = await runProgram(["chat", "--api-base", url], { input: "hi\n" });
    await close();
    expect(code).toBe(1);
    expect(stderr).toContain(`fastchat: ${url} answers 404: Unknown request URL`);
    expect(stderr).toMatch(/ --api-base ends in \/v1, as in http:\/\/127\.0\.0\.1:8000\/v1\.\n$/);
  });

  test("exits with 1 when an answer fails", async () => {
    const refusing = await echoServer({ refuseEvery: 1 });
    const { code, stderr } = await runProgram(["chat", "--api-base", refusing.baseUrl], {
      input: "hi\n",
    });
    await refusing.close();
    expect({ code, stderr }).toEqual({ code: 1, stderr: "fastchat: busy\n" });
  });

  test("prints the tokens as they come", async () => {
    const slow = await echoServer({ paceMs: 150 });
    const child = startProgram(["chat", "--api-base", slow.baseUrl, "--max-new-tokens", "8"]);
    child.stdin.write("word\n");
    await waitFor(child, /^word /);
    const first = performance.now();
    await waitFor(child, /(word ){3}/);
    expect(performance.now() - first).toBeGreaterThan(200);
    child.kill("SIGKILL");
    await slow.close();
  });
});

describe("MessageReader", () => {
  const read = (...lines: string[]) => {
    const reader = new MessageReader();
    return lines.flatMap((line) => reader.add(line) ?? []);
  };

  test.for([
    [
      ["a", "b"],
      ["a", "b"],
    ],
    [["a\\", "b"], ["a\nb"]],
    [['"""one line"""'], ["one line"]],
    [['"""', "a", "", "b", '"""'], ["a\n\nb"]],
    [
      ['"""a', 'b"""', "c"],
      ["a\nb", "c"],
    ],
    [['say """ here'], ['say """ here']],
    [['"""', "/reset", '"""'], ["/reset"]],
  ] as const)("reads %j as %j", ([lines, messages]) => {
    expect(read(...lines)).toEqual(messages);
  });

  test("forgets what was begun", () => {
    const reader = new MessageReader();
    reader.add('"""');
    reader.add("half");
    expect(reader.open).toBe(true);
    reader.clear();
    expect(reader.open).toBe(false);
    expect(reader.add("whole")).toBe("whole");
  });
});
