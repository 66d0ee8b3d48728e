/** @file Anthropic's own client in front of a server that speaks the same. */
import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, test } from "vitest";
import { serveApi } from "../../../src/api/serve.ts";
import { serveController } from "../../../src/controller/serve.ts";
import { HttpClient } from "../../../src/http/client.ts";
import { passedMessages } from "../../../src/remote/anthropic/passed-messages.ts";
import type { RemoteModel } from "../../../src/remote/remote-model.ts";
import {
  messages,
  startInFrontOfAnthropic as start,
  ways,
} from "../../support/anthropic-worker.ts";
import { eventually } from "../../support/eventually.ts";
import { post } from "../../support/remote-worker.ts";
import { keep } from "../../support/started.ts";

const toRemote = (server: RemoteModel["server"]): RemoteModel => ({
  card: { id: "m", aliases: [], capabilities: ["chat", "vision"], context_size: 9, created: 0 },
  server,
  upstreamModel: "claude",
});

describe("Anthropic's client", () => {
  const thinking = { type: "enabled" as const, budget_tokens: 1024 };
  const asked = { model: "m", messages, max_tokens: 2000 };

  test("goes past us: its body and the server's bytes but for the model's name, and its version", async () => {
    const { worker, stub } = await start();
    const body = {
      ...asked,
      stream: true,
      thinking,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: [
        ...messages,
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm", signature: "c2ln" },
            { type: "text", text: "Hi" },
          ],
        },
        { role: "user", content: "More" },
      ],
    };
    const response = await fetch(`${worker.url}/v1/messages?beta=true`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "anthropic-version": "2026-10-21",
        "anthropic-beta": "interleaved-thinking-2025-05-14",
        "x-api-key": "the client's own",
      },
      body: JSON.stringify(body),
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(await response.text()).toBe(stub.sent.replace('"claude-sonnet-4-5"', '"m"'));
    expect(stub.sent).toContain("signature_delta");
    expect(stub.bodies).toEqual([{ ...body, model: "claude-sonnet-4-5" }]);
    expect(stub.headers).toMatchObject({
      "x-api-key": "sk-ant-1",
      "anthropic-version": "2026-10-21",
      "anthropic-beta": "interleaved-thinking-2025-05-14",
    });
  });

  test.each(ways)("gets signed thoughts and calls (streams: $streams)", async (way) => {
    const { anthropic } = await start(way);
    const tools = [{ name: "weather", input_schema: { type: "object" as const, properties: {} } }];
    const stream = anthropic.messages.stream({ ...asked, thinking, tools });
    const { content, stop_reason, usage } = await stream.finalMessage();
    expect(stop_reason).toBe("tool_use");
    // Through a server that only answers whole, the signature is lost on the way.
    const signature = way.streams ? "EqQBCgIYAhIM1gbcDa9GJwZA2b3h" : "";
    expect(content).toMatchObject([
      { type: "thinking", thinking: "Hm", signature },
      { type: "text", text: "Let me look." },
      { type: "tool_use", name: "weather", input: { city: "Oslo" } },
    ]);
    expect(usage).toMatchObject({ output_tokens: 2, cache_read_input_tokens: 6 });
  });

  test("may name pictures and documents by URLs at Anthropic's own address alone", async () => {
    const { anthropic, stub } = await start();
    const source = { type: "url" as const, url: "http://169.254.169.254/a.png" };
    const picture = { type: "image" as const, source };
    const within = { type: "content" as const, content: [picture] };
    const parts = [
      picture,
      { type: "document" as const, source },
      { type: "document" as const, source: within },
      { type: "tool_result" as const, tool_use_id: "a", content: [picture] },
    ];
    for (const part of parts) {
      const content = [part];
      const sent = anthropic.messages.create({ ...asked, messages: [{ role: "user", content }] });
      await expect(sent).rejects.toThrow(/source' is a URL, which the server behind/);
    }
    expect(stub.bodies).toEqual([]);
    const body = { messages: [{ role: "user", content: parts }] };
    const client = new HttpClient();
    const server = { client, baseUrl: "https://api.anthropic.com/v1", headers: {} };
    const remote = toRemote({ ...server, model: "m", silenceMs: 1 });
    expect(passedMessages(remote, "/messages", body)).toEqual({ ...body, model: "claude" });
    client.close();
  });

  test("may name servers of tools at Anthropic's own address alone", async () => {
    const { worker, stub } = await start();
    const server = {
      type: "url",
      url: "http://169.254.169.254/",
      name: "a",
      authorization_token: "t",
    };
    const bodies = [
      { mcp_servers: [server], tools: [{ type: "mcp_toolset", mcp_server_name: "a" }] },
      { tools: [{ type: "mcp_toolset", mcp_server_name: "a" }] },
      { tools: [{ type: "web_fetch_20250910", name: "web_fetch" }] },
    ];
    for (const body of bodies)
      for (const path of ["/v1/messages", "/v1/messages/count_tokens"]) {
        const refused = await post(worker.url, path, { ...asked, ...body });
        expect(refused.status).toBe(400);
        expect(await refused.text()).toMatch(/'(mcp_servers|tools\[0\])' .* from its own network/);
      }
    expect(stub.bodies).toEqual([]);
    await post(worker.url, "/v1/messages", { ...asked, mcp_servers: [] });
    expect(stub.bodies).toMatchObject([{ mcp_servers: [] }]); // names none: the server's to judge
    const client = new HttpClient();
    const own = { client, baseUrl: "https://api.anthropic.com/v1", headers: {} };
    const remote = toRemote({ ...own, model: "m", silenceMs: 1 });
    for (const body of bodies)
      expect(passedMessages(remote, "/messages", body)).toEqual({ ...body, model: "claude" });
    client.close();
  });

  test("is refused pictures for a model that is said to read text alone", async () => {
    const { anthropic, stub } = await start({ vision: false });
    const source = { type: "url" as const, url: "https://example.com/a.png" };
    const result = { type: "tool_result" as const, tool_use_id: "a" };
    const picture = { type: "image" as const, source };
    for (const content of [[picture], [{ ...result, content: [picture] }]]) {
      const sent = anthropic.messages.create({ ...asked, messages: [{ role: "user", content }] });
      await expect(sent).rejects.toThrow("The model 'm' reads text alone");
    }
    expect(stub.bodies).toEqual([]);
  });

  test("has its tokens counted, without settings that a count does not take", async () => {
    const more = { defaults: { max_tokens: 9 }, extraBody: { service_tier: "auto" } };
    const { anthropic, stub } = await start(more);
    const counted = await anthropic.messages.countTokens({ model: "m", messages });
    expect(counted.input_tokens).toBe(14);
    expect(stub.bodies).toEqual([{ model: "claude-sonnet-4-5", messages }]);
    await anthropic.messages.create({ ...asked, service_tier: "standard_only" });
    expect(stub.bodies[1]).toMatchObject({ service_tier: "auto", max_tokens: 2000 });
  });

  test("has its tokens counted by a speaker, where it does not go past us", async () => {
    const { anthropic, stub } = await start({ streams: false });
    const counted = await anthropic.messages.countTokens({ model: "m", messages });
    expect(counted.input_tokens).toBe(14);
    expect(stub.bodies[0]).not.toHaveProperty("max_tokens");
  });
});

describe("Anthropic's client in front of an api", () => {
  test("has its version and betas told to the server", async () => {
    const host = "127.0.0.1";
    const controller = keep(await serveController({ host, port: 0, dispatchMethod: "lottery" }));
    const { stub } = await start({}, { controllerAddress: controller.url });
    const api = keep(await serveApi({ host, port: 0, controllerAddress: controller.url }));
    await eventually(async () => (await fetch(`${api.url}/v1/models/m`)).ok);
    const client = new Anthropic({ baseURL: api.url, apiKey: "none", maxRetries: 0 });
    const body = { model: "m", messages, max_tokens: 9 };
    const headers = { "anthropic-beta": "context-1m-2025-08-07" };
    const answer = await client.messages.create(body, { headers });
    expect(answer.content).toMatchObject([{ type: "text", text: "Hello there" }]);
    expect(stub.headers).toMatchObject({ ...headers, "anthropic-version": "2026-10-21" });
  });
});
