import { describe, expect, test } from "vitest";
import { moderator } from "../../src/arena/moderation.ts";
import { proxiesIn } from "../../src/http/proxies.ts";
import { serveProxy } from "../support/proxy.ts";
import { keep } from "../support/started.ts";
import { serveModeration } from "./moderation-api.ts";

describe("moderator", () => {
  test("asks through the environment's proxy", async () => {
    const judge = keep(await serveModeration());
    const proxy = keep(await serveProxy(Number(new URL(judge.url).port)));
    const url = "http://judge.example/v1/moderations";
    const settings = { url, api_key_env: null, model: null, timeout_ms: 2000 };
    const { moderate, close } = moderator(
      { ...settings, on_failure: "block" },
      undefined,
      proxiesIn({ HTTP_PROXY: proxy.url }),
    );
    await moderate(["good"]);
    await expect(moderate(["bad"])).rejects.toThrow("cannot be sent");
    expect(proxy.asked).toEqual([`POST ${url}`, `POST ${url}`]);
    close();
  });
});
