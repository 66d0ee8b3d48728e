import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChatEvent } from "../../src/protocol/arena.ts";
import { eventually } from "../support/eventually.ts";
import { adminKey, type Stage, stageArena } from "./running-arena.ts";
import { Visitor } from "./visitor.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await stageArena();
});
afterEach(() => stage.close());

describe("another site's page (S10)", () => {
  const foreign: [string, Record<string, string>][] = [
    ["a foreign origin", { origin: "https://evil.example" }],
    ["no origin at all", { origin: "" }],
    ["origin null", { origin: "null" }],
    ["a look-alike host", { origin: "http://127.0.0.1.evil.example" }],
    ["a cross-site fetch", { "sec-fetch-site": "cross-site" }],
    ["a sibling domain", { "sec-fetch-site": "same-site" }],
    ["a form that one was led to", { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }],
  ];

  test.for(foreign)("writes nothing: %s", async ([, headers]) => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    const before = stage.api.asked.length;
    const writes: [string, object][] = [
      [`/api/chats/${chat.id}/vote`, { winner: "tie", token: chat.vote_token }],
      [`/api/chats/${chat.id}/regenerate`, {}],
      ["/api/chats", { mode: "battle", text: "x" }],
      ["/api/admin/login", { key: adminKey }],
      ["/api/consent", { version: "x", research: true }],
    ];
    for (const [path, body] of writes) {
      const sent = { "idempotency-key": "from-elsewhere", ...headers };
      expect((await visitor.post(path, body, sent)).status, path).toBe(403);
    }
    expect((await visitor.call("DELETE", "/api/session/data", {}, headers)).status).toBe(403);
    expect(stage.api.asked).toHaveLength(before);
  });

  test("sends no plain form either", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    const answer = await visitor.post(
      `/api/chats/${chat.id}/vote`,
      { winner: "tie", token: chat.vote_token },
      { "content-type": "text/plain", "idempotency-key": "a-plain-form" },
    );
    expect(answer.status).toBe(415);
  });

  test("reads nothing in the background, but a link may open the page", async () => {
    const visitor = await stage.visitor();
    const crossSite = { "sec-fetch-site": "cross-site" };
    expect((await visitor.get("/api/session", crossSite)).status).toBe(403);
    // fetch would not let us say that somebody clicked.
    const headers = { ...crossSite, "sec-fetch-mode": "navigate" };
    const link = get(`${stage.arena.url}/health`, { headers });
    const [answer] = (await once(link, "response")) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
  });

  test("finds no GET that writes", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    for (const verb of [
      "vote",
      "stop",
      "regenerate",
      "retry",
      "rate",
      "report",
      "share",
      "messages",
    ])
      expect((await visitor.get(`/api/chats/${chat.id}/${verb}`)).status, verb).toBe(405);
  });
});

describe("a session (S11)", () => {
  test("is 256 random bits, out of reach of scripts and of other sites", async () => {
    const visitor = new Visitor(stage.arena.url);
    const { terms } = await visitor.session();
    const { headers } = await visitor.post("/api/consent", {
      version: terms.version,
      research: true,
    });
    const [cookie = ""] = headers.getSetCookie();
    expect(cookie).toMatch(/^fastchat_arena_[0-9a-f]{8}=[\w-]{43}; /);
    for (const part of ["HttpOnly", "SameSite=Strict", "Path=/"]) expect(cookie).toContain(part);
  });

  test("is bound to its host and to TLS behind a trusted proxy", async () => {
    await stage.close();
    stage = await stageArena({ trusted_proxies: ["127.0.0.1"] });
    const visitor = new Visitor(stage.arena.url, { "x-forwarded-proto": "https" });
    const { terms } = await visitor.session();
    const { headers } = await visitor.post("/api/consent", {
      version: terms.version,
      research: true,
    });
    expect(headers.getSetCookie()[0]).toMatch(/^__Host-fastchat_arena_[0-9a-f]{8}=.*; Secure/);
    expect((await visitor.session()).consented).toBe(true);
  });

  test("that we did not make is nobody's, and is not taken up", async () => {
    const visitor = new Visitor(stage.arena.url);
    const [name = ""] = (await stage.visitor()).cookies.keys();
    visitor.cookies.set(name, "A".repeat(43));
    const { terms, consented } = await visitor.session();
    expect(consented).toBe(false);
    await visitor.post("/api/consent", { version: terms.version, research: true });
    expect(visitor.cookies.get(name)).toMatch(/^(?!A{43})[\w-]{43}$/);
  });

  test("is one arena's: two on the same host keep theirs apart", async () => {
    const other = await stageArena();
    const [one, another] = [await stage.visitor(), await new Visitor(other.arena.url).agree()];
    expect([...one.cookies.keys()]).not.toEqual([...another.cookies.keys()]);
    await other.close();
  });

  test("has to agree to the terms of today", async () => {
    const visitor = new Visitor(stage.arena.url);
    const refused = await visitor.post("/api/chats", { mode: "battle", text: "x" });
    expect([refused.status, refused.body.error.code]).toEqual([409, "consent_required"]);
    const stale = await visitor.post("/api/consent", { version: "older", research: true });
    expect(stale.body.error.code).toBe("stale_terms");
  });
});

describe("the admin", () => {
  test("enters by the key alone, with a cookie of its own that ends with the visit", async () => {
    const visitor = await stage.visitor();
    expect((await visitor.post("/api/admin/login", { key: "a guess" })).status).toBe(403);
    expect((await visitor.session()).admin).toBe(false);
    await visitor.admin(adminKey);
    expect((await visitor.session()).admin).toBe(true);
    const stolen = new Map(visitor.cookies);
    await visitor.post("/api/admin/logout");
    for (const [name, value] of stolen) visitor.cookies.set(name, value);
    expect((await visitor.session()).admin).toBe(false);
  });

  test("who tries keys has to wait", async () => {
    const visitor = new Visitor(stage.arena.url);
    const statuses = [];
    for (let i = 0; i < 61; i++)
      statuses.push((await visitor.post("/api/admin/login", { key: `guess ${i}` })).status);
    expect(statuses.at(-1)).toBe(409);
    expect((await visitor.post("/api/admin/login", { key: adminKey })).status).toBe(409);
  });
});

describe("an address (S12)", () => {
  const limits = { votes_per_address_hour: 1 };
  const spoofed = (i: number) => ({
    "x-forwarded-for": `10.1.1.${i}`,
    "cf-connecting-ip": `10.1.1.${i}`,
    forwarded: `for=10.1.1.${i}`,
  });
  const statuses = async () => {
    const found: number[] = [];
    for (const i of [1, 2]) {
      const visitor = await stage.visitor(spoofed(i));
      found.push((await visitor.vote(await visitor.ask("Hello"), "tie")).status);
    }
    return found;
  };

  test("is the socket's, whatever headers say", async () => {
    await stage.close();
    stage = await stageArena({ limits });
    expect(await statuses()).toEqual([200, 429]);
  });

  test("is what a trusted proxy says", async () => {
    await stage.close();
    stage = await stageArena({ limits, trusted_proxies: ["127.0.0.0/8"] });
    expect(await statuses()).toEqual([200, 200]);
  });

  test.for(["nowhere", "10.0.0.0/33", "1.2.3", "::1/129"])(
    "of a proxy must be one: %s",
    async (proxy) => {
      await expect(stageArena({ trusted_proxies: [proxy] })).rejects.toThrow(
        "no address of a proxy",
      );
    },
  );
});

describe("anonymity (S14)", () => {
  /** Everything a browser receives before its vote, with what is random by design blanked. */
  async function received(names: [string, string]): Promise<string> {
    await stage.close();
    const answer = (prompt: string) => `An answer to: ${prompt}`;
    const models = Object.fromEntries(names.map((name) => [name, answer]));
    const known = Object.fromEntries(names.map((name) => [name, { anonymous_only: true }]));
    stage = await stageArena({ models: known }, { models, pauseMs: 0 });
    const visitor = new Visitor(stage.arena.url);
    const log: string[] = [];
    const keep = (answered: { status: number; headers: Headers; body: unknown }) => {
      const { status, headers, body } = answered;
      log.push(JSON.stringify({ status, headers: [...headers], body }));
      return answered;
    };
    const { body: session } = await visitor.get<{ terms: { version: string } }>("/api/session");
    keep({ status: 200, headers: new Headers(), body: session });
    keep(await visitor.post("/api/consent", { version: session.terms.version, research: true }));
    const text = `fail ${names[0]}`.replace(names[0], "nobody");
    const opened = await visitor.post("/api/chats", { mode: "battle", text });
    keep(opened);
    const events: ChatEvent[] = [];
    for await (const event of visitor.events(opened.body.id)) {
      events.push(event);
      if (event.type === "snapshot" && !event.chat.answering) break;
    }
    const last = events.at(-1);
    keep({ status: 200, headers: new Headers(), body: last });
    keep(await visitor.get(`/api/chats/${opened.body.id}`));
    keep(await visitor.vote({ ...opened.body, vote_token: "wrong" }, "tie"));
    keep(await visitor.post(`/api/chats/${opened.body.id}/retry`, { seat: "a" }));
    keep(await visitor.post(`/api/chats/${opened.body.id}/report`, { reason: "wrong" }));
    keep(await visitor.post(`/api/chats/${opened.body.id}/share`));
    keep(await visitor.get("/api/session"));
    return log
      .join("\n")
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "UUID")
      .replace(/fastchat_arena_\w{8}=[\w-]+/g, "COOKIE")
      .replace(/"vote_token":"[\w-]+"/g, "TOKEN")
      .replace(/("id":|\/s\/|"url":"\/s\/|"share":)"?[\w-]{22}/g, "SHARE")
      .replace(/\d{13}/g, "TIME")
      .replace(/"date","[^"]+"/g, "DATE")
      .replace(/"content-length","\d+"/g, "LENGTH");
  }

  test("swapping the models changes no byte before the vote", async () => {
    const one = await received(["zebra-9b", "quagga-70b"]);
    const other = await received(["quagga-70b", "okapi-1b"]);
    expect(one).not.toMatch(/zebra|quagga|okapi/);
    expect(one).toBe(other);
  });

  test("errors of a model's server reach nobody in its own words", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("fail alpha");
    expect(JSON.stringify(chat).replaceAll("fail alpha", "")).not.toMatch(/alpha|beta|down/);
  });
});

describe("every answer (S16)", () => {
  test.for([
    "/",
    "/leaderboard",
    "/admin",
    "/s/none",
    "/explore/none",
    "/api/session",
    "/api/nothing",
  ])("of %s comes under the strict policy", async (path) => {
    const { headers } = await new Visitor(stage.arena.url).get(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    if (path.startsWith("/api/")) expect(headers.get("cache-control")).toBe("no-store");
  });

  test.for([
    "/assets/../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/%2e%2e/x",
    "//etc/passwd",
  ])("has no file for %s", async (path) => {
    const { status } = await new Visitor(stage.arena.url).get(path);
    expect([400, 404]).toContain(status);
  });
});

describe("moderation", () => {
  test("blocks before a model is asked, and fails as configured", async () => {
    const judge = await (await import("./moderation-api.ts")).serveModeration();
    for (const on_failure of ["allow", "block"] as const) {
      await stage.close();
      stage = await stageArena({ moderation: { url: judge.url, timeout_ms: 100, on_failure } });
      const visitor = await stage.visitor();
      const bad = await visitor.post("/api/chats", { mode: "battle", text: "something bad" });
      expect([bad.status, bad.body.error.code]).toEqual([400, "blocked"]);
      expect(stage.api.asked).toEqual([]);
      const chat = await visitor.ask("something good");
      const next = await visitor.post(`/api/chats/${chat.id}/messages`, { text: "now bad" });
      expect(next.status).toBe(400);
      expect(judge.asked.at(-1)).toEqual([
        "You said: something good",
        "You said: something good",
        "now bad",
      ]);
      const slow = await visitor.post("/api/chats", { mode: "battle", text: "hang on" });
      expect(slow.status).toBe(on_failure === "allow" ? 201 : 400);
    }
    await judge.close();
  });
});

describe("limits", () => {
  test("messages are counted by session", async () => {
    await stage.close();
    stage = await stageArena({ limits: { messages_per_session_hour: 2 } });
    const visitor = await stage.visitor();
    await visitor.ask("one");
    await visitor.ask("two");
    const third = await visitor.post("/api/chats", { mode: "battle", text: "three" });
    expect([third.status, third.body.error.code]).toEqual([429, "hourly_limit"]);
  });

  test("answers without an end, without a newline, or without sense are cut", async () => {
    await stage.close();
    stage = await stageArena({ limits: { answer_seconds: 1 } });
    const visitor = await stage.visitor();
    const chat = await visitor.ask("hang alpha");
    const cut = chat.sides.find(({ answers }) => answers[0]?.status === "failed");
    expect(cut?.answers[0]?.error).toBe("timeout");
    await eventually(() => stage.api.active === 0);
  });

  test("a body too large is refused", async () => {
    const visitor = await stage.visitor();
    const answer = await visitor.post("/api/consent", {
      version: "x".repeat(5_000_000),
      research: true,
    });
    expect(answer.status).toBe(413);
  });
});

/** Mounting needs root and a system that lets it. */
function mountSmall(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "fastchat-small-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=600k", "tmpfs", folder]);
  if (status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}
const small = mountSmall();
if (small) {
  spawnSync("umount", [small]);
  rmSync(small, { recursive: true });
}

describe("a full disk (D3)", () => {
  test.skipIf(!small)(
    "refuses the vote, keeps the chat going, and recovers by itself",
    async () => {
      const folder = mountSmall() ?? "";
      await stage.close();
      stage = await stageArena({}, {}, { dataDir: folder });
      const visitor = await stage.visitor();
      const chat = await visitor.ask("Hello");
      for (let size = 400_000; size > 100; size = Math.floor(size / 2))
        for (let i = 0; i < 10; i++)
          try {
            writeFileSync(join(folder, `filler-${size}-${i}`), Buffer.alloc(size));
          } catch {
            break;
          }
      const refused = await visitor.vote(chat, "tie", "the-same-vote");
      expect([refused.status, refused.body.error.code]).toEqual([507, "insufficient_storage"]);
      expect((await visitor.get(`/api/chats/${chat.id}`)).status).toBe(200);
      expect((await visitor.get("/api/session")).status).toBe(200);
      spawnSync("sh", ["-c", `rm -f ${folder}/filler-*`]);
      expect((await visitor.vote(chat, "tie", "the-same-vote")).status).toBe(200);
      await stage.arena.close();
      spawnSync("umount", [folder]);
    },
  );
});
