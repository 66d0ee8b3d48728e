/** @file Servers of tools that a client names are called by nobody on our side. */
import { expect, test } from "vitest";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { serveStub } from "../support/upstream-stub.ts";

test("a request that names a server of tools is refused, one with tools of its own passes", async () => {
  const stub = keep(await serveStub("litellm"));
  const worker = await startRemote([remoteModel(stub, { names: ["m"] })]);
  const asked = { model: "m", messages: [{ role: "user", content: "Hello" }] };
  const own = { type: "function", function: { name: "f", parameters: { type: "object" } } };
  const named = { type: "mcp", server_label: "a", server_url: "http://169.254.169.254/" };
  const before = stub.bodies.length;
  const refused = await post(worker.url, "/v1/chat/completions", { ...asked, tools: [own, named] });
  expect(refused.status).toBe(400);
  const { error } = (await refused.json()) as { error: { message: string; param: string } };
  expect(error.param).toBe("tools[1]");
  expect(error.message).toContain("'tools[1]' is of type 'mcp'");
  expect(stub.bodies.length).toBe(before);
  const passed = await post(worker.url, "/v1/chat/completions", { ...asked, tools: [own] });
  expect(passed.status).toBe(200);
});
