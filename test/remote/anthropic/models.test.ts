/** @file What is found out of a server that speaks Anthropic's API. */
import { describe, expect, test } from "vitest";
import { serveAnthropic } from "../../support/anthropic-stub.ts";
import { eventually } from "../../support/eventually.ts";
import { remoteModel, startRemote } from "../../support/remote-worker.ts";
import { keep } from "../../support/started.ts";

describe("the models of a server", () => {
  test("are all that it lists, with what it says of them", async () => {
    const stub = keep(await serveAnthropic());
    const told = { backend: "anthropic" as const, apiKey: "sk-ant-1" };
    const worker = await startRemote([remoteModel(stub, told)]);
    const { data } = await worker.served();
    const facts = data.map(({ id, context_length, capabilities, upstream }) => ({
      id,
      context_length,
      capabilities,
      upstream,
    }));
    expect(facts).toMatchObject([
      {
        id: "claude-opus-5-5",
        context_length: 1_000_000,
        capabilities: ["chat", "vision"],
        upstream: { kind: "anthropic" },
      },
      {
        id: "claude-sonnet-4-5-20250929",
        context_length: 200_000,
        capabilities: ["chat", "vision"],
      },
    ]);
  });

  test("are not found with a wrong key", async () => {
    const stub = keep(await serveAnthropic());
    const model = remoteModel(stub, { backend: "anthropic", apiKey: "wrong", names: ["m"] });
    const worker = await startRemote([], { models: [model] });
    await eventually(async () => worker.lines.some((line) => line.includes("refuses our key")));
  });
});
