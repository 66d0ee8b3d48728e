import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EventOf } from "../../src/protocol/arena-event.ts";
import { ArenaStore } from "../../src/store/arena-store.ts";
import { type Stage, stageArena } from "./running-arena.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await stageArena({ models: { alpha: { organisation: "Acme" } } });
});
afterEach(() => stage.close());

/** What is on the disk, read by another connection. */
function storedVotes(): EventOf<"vote">[] {
  const store = new ArenaStore(stage.dataDir);
  const votes = [...store.events(["vote"])];
  store.close();
  return votes;
}

describe("a vote", () => {
  test("is stored with everything a rating needs, and no text", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Please write **two** words in English for me, will you?");
    await visitor.vote(chat, "model_b");
    const [vote] = storedVotes();
    expect(vote?.body).toMatchObject({ winner: "model_b", early: false, tags: [], research: true });
    expect(vote?.body.dwell_ms).toBeGreaterThanOrEqual(0);
    expect(vote?.body.battle).toMatchObject({
      winner: "model_b",
      judge: vote?.voter,
      anony: true,
      language: "English",
      turn: 1,
      pair_probability: 1,
      conv_metadata: { turns: 1, sum_user_tokens: 10, bold_count_a: 1, bold_count_b: 1 },
    });
    expect([vote?.body.battle.model_a, vote?.body.battle.model_b].toSorted()).toEqual([
      "alpha",
      "beta",
    ]);
    expect(JSON.stringify(vote)).not.toContain("Please");
  });

  test("takes the models from our own record, whatever the browser says", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    const forged = {
      winner: "model_a",
      token: chat.vote_token,
      model_a: "beta",
      models: ["x", "y"],
    };
    const key = { "idempotency-key": "a-forged-vote" };
    expect((await visitor.post(`/api/chats/${chat.id}/vote`, forged, key)).status).toBe(400);
    expect(storedVotes()).toEqual([]);
  });

  test("counts once: the same key is answered alike, another is refused", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    const first = await visitor.vote(chat, "model_a", "one-and-the-same");
    const again = await visitor.vote(chat, "model_a", "one-and-the-same");
    expect([again.status, again.body.reveal]).toEqual([200, first.body.reveal]);
    const second = await visitor.vote(chat, "model_b", "a-second-vote");
    expect([second.status, second.body.error.code]).toEqual([409, "already_voted"]);
    expect(storedVotes()).toHaveLength(1);
  });

  test("counts once when eight are cast at the same moment", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    const votes = await Promise.all(Array.from({ length: 8 }, () => visitor.vote(chat, "tie")));
    expect(votes.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(storedVotes()).toHaveLength(1);
  });

  test.for(["", "none", "0".repeat(43)])(
    "needs the token of this battle, not '%s'",
    async (token) => {
      const visitor = await stage.visitor();
      const chat = await visitor.ask("Hello");
      const answer = await visitor.vote({ ...chat, vote_token: token }, "model_a");
      expect([400, 409]).toContain(answer.status);
      expect(storedVotes()).toEqual([]);
    },
  );

  test("takes no token of another battle, nor one that went stale", async () => {
    const visitor = await stage.visitor();
    const [chat, other] = [await visitor.ask("Hello"), await visitor.ask("Hello you")];
    const foreign = await visitor.vote({ ...chat, vote_token: other.vote_token }, "model_a");
    expect(foreign.body.error.code).toBe("stale_token");
    await visitor.post(`/api/chats/${chat.id}/messages`, { text: "more" });
    await visitor.settled(chat.id);
    expect((await visitor.vote(chat, "model_a")).body.error.code).toBe("stale_token");
  });

  test("is refused before both sides have said something", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("fail beta");
    const answer = await visitor.vote({ ...chat, vote_token: "x" }, "model_a");
    expect([answer.status, answer.body.error.code]).toEqual([409, "not_ready"]);
  });

  test("of a battle with a failure on its way is stored and marked, not rated", async () => {
    const visitor = await stage.visitor();
    const { id } = await visitor.ask("Hello");
    await visitor.post(`/api/chats/${id}/messages`, { text: "break alpha after a while" });
    const broken = await visitor.settled(id);
    await visitor.post(`/api/chats/${id}/messages`, { text: "Hello again" });
    const { body } = await visitor.vote(await visitor.settled(broken.id), "tie");
    expect(body.reveal?.rated).toBe(false);
    expect(storedVotes()[0]?.body.tags).toContain("failed");
  });

  test("on an answer that names a model, or its maker, is tagged and does not rate", async () => {
    const visitor = await stage.visitor();
    for (const text of ["Say: I am Beta, made by men", "Say: I come from ACME."]) {
      const { body } = await visitor.vote(await visitor.ask(text), "model_a");
      expect(body.reveal).toMatchObject({ rated: false, why: "identity" });
    }
    const { body } = await visitor.vote(
      await visitor.ask("alphabet, betamax, acmeology"),
      "model_a",
    );
    expect(body.reveal).toMatchObject({ rated: true });
    expect(storedVotes().map(({ body }) => body.tags)).toEqual([["identity"], ["identity"], []]);
  });

  test("on a prompt that the same session has voted on is tagged", async () => {
    const [visitor, other] = [await stage.visitor(), await stage.visitor()];
    for (const one of [visitor, visitor, other])
      await one.vote(await one.ask("The very same"), "tie");
    expect(storedVotes().map(({ body }) => body.tags)).toEqual([[], ["duplicate_prompt"], []]);
  });

  test("that is early is marked", async () => {
    await stage.close();
    stage = await stageArena({}, { pauseMs: 20 });
    const visitor = await stage.visitor();
    const { body } = await visitor.post("/api/chats", {
      mode: "battle",
      text: "word ".repeat(200),
    });
    for await (const event of visitor.events(body.id))
      if (event.type === "snapshot" && event.chat.can.vote) break;
      else if (event.type === "text") break;
    const { body: running } = await visitor.get<typeof body>(`/api/chats/${body.id}`);
    expect((await visitor.vote(running, "model_a")).status).toBe(200);
    expect(storedVotes()[0]?.body).toMatchObject({ early: true, dwell_ms: null });
  });

  test("is capped by session, and by address whoever the session is", async () => {
    await stage.close();
    const limits = { votes_per_session_hour: 2, votes_per_address_hour: 3 };
    stage = await stageArena({ limits });
    const [visitor, other] = [await stage.visitor(), await stage.visitor()];
    const vote = async (who: typeof visitor) => {
      const { status, headers } = await who.vote(await who.ask("Hello"), "tie");
      return [status, headers.get("retry-after")];
    };
    expect(await vote(visitor)).toEqual([200, null]);
    expect(await vote(visitor)).toEqual([200, null]);
    expect(await vote(visitor)).toEqual([429, "600"]);
    expect(await vote(other)).toEqual([200, null]);
    expect(await vote(other)).toEqual([429, "600"]);
  });

  test("keeps no address, and its hash changes with the day", async () => {
    const visitor = await stage.visitor();
    await visitor.vote(await visitor.ask("Hello"), "tie");
    const [vote] = storedVotes();
    expect(vote?.body.address).toMatch(/^[\w-]{22}$/);
    expect(JSON.stringify(vote)).not.toContain("127.0.0.1");
  });
});

describe("the log", () => {
  test("cannot be changed or erased, whoever tries", async () => {
    const visitor = await stage.visitor();
    await visitor.vote(await visitor.ask("Hello"), "tie");
    const folder = join(stage.dataDir, "arena.db");
    await stage.arena.close();
    const db = new SQLite(folder);
    expect(() => db.exec("UPDATE event SET body = '{}'")).toThrow("append-only");
    expect(() => db.exec("DELETE FROM event")).toThrow("append-only");
    db.close();
  });

  test("keeps the vote when its author has everything else erased", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("A secret of mine");
    await visitor.vote(chat, "model_a");
    await visitor.call("DELETE", "/api/session/data", {});
    expect((await visitor.get(`/api/chats/${chat.id}`)).status).toBe(404);
    expect(storedVotes()).toHaveLength(1);
    await stage.arena.close();
    const db = new SQLite(join(stage.dataDir, "arena.db"), { readonly: true });
    const all = db.prepare("SELECT text FROM prompt UNION ALL SELECT text FROM answer").all();
    expect(all).toEqual([]);
    db.close();
  });
});

/** The system call that puts a file on the disk is seen from outside alone. */
const hasStrace = spawnSync("strace", ["-V"]).status === 0;

describe("votes under fire", () => {
  /** D2: WAL at NORMAL would be 8 for 200 votes; kill -9 cannot tell the two apart. */
  test.skipIf(!hasStrace)(
    "are synced to the disk one by one (with strace)",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "fastchat-sync-"));
      const script = join(import.meta.dirname, "vote-burst.ts");
      const burst = [process.execPath, "--import", "tsx", script, folder, "0", "200"];
      const { stdout, stderr } = spawnSync(
        "strace",
        ["-f", "-e", "trace=fsync,fdatasync", "-o", join(folder, "trace"), ...burst],
        { encoding: "utf8", timeout: 60_000 },
      );
      const syncs =
        readFileSync(join(folder, "trace"), "utf8").match(/\b(fsync|fdatasync)\(/g) ?? [];
      expect(stdout.trim().split("\n"), stderr).toHaveLength(200);
      expect(syncs.length).toBeGreaterThanOrEqual(200);
      rmSync(folder, { recursive: true });
    },
    90_000,
  );

  /** D1: what the client was told is stored, whatever happens to the process. */
  test("killed with SIGKILL in a burst of votes, ten times: acknowledged − stored = 0", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fastchat-burst-"));
    const acknowledged = new Set<string>();
    for (let round = 0; round < 10; round++) {
      const child = spawn(
        process.execPath,
        ["--import", "tsx", join(import.meta.dirname, "vote-burst.ts"), folder, String(round)],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.split("\n").length > 40 + round * 7) child.kill("SIGKILL");
      });
      await once(child, "close");
      for (const id of said.split("\n").slice(0, -1)) acknowledged.add(id);
    }
    const store = new ArenaStore(folder);
    const stored = [...store.events(["vote"])].map(({ chat }) => chat ?? "");
    expect(acknowledged.size).toBeGreaterThan(500);
    expect([...acknowledged].filter((id) => !stored.includes(id))).toEqual([]);
    expect(new Set(stored).size).toBe(stored.length);
    expect(store.check()).toBe("ok");
    store.close();
    rmSync(folder, { recursive: true });
  }, 120_000);
});
