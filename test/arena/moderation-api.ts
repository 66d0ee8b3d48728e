/** @file OpenAI's moderations, with a law: what holds `bad` is flagged, what holds `hang` is not answered. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { createApp } from "../../src/http/app.ts";
import { readJson } from "../../src/http/json.ts";
import { serve } from "../../src/http/serve.ts";

export async function serveModeration() {
  const asked: string[][] = [];
  const app = createApp().post("/v1/moderations", async (c) => {
    const { input } = await readJson(c, z.object({ input: z.array(z.string()) }));
    asked.push(input);
    if (input.some((text) => text.includes("hang"))) await wait(1000);
    return c.json({ results: input.map((text) => ({ flagged: text.includes("bad") })) });
  });
  const server = await serve(app, { host: "127.0.0.1", port: 0 });
  return { ...server, url: `${server.url}/v1/moderations`, asked };
}
