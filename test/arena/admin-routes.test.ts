import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adminRoutes } from "../../src/arena/admin-routes.ts";
import { BallotBox } from "../../src/arena/board/ballot-box.ts";
import { NotFoundError } from "../../src/errors/resource-errors.ts";
import { createApp } from "../../src/http/app.ts";
import type {
  AdminModels,
  AdminOverview,
  AdminQuarantine,
  AdminReports,
} from "../../src/protocol/arena.ts";
import { ArenaConfig, ArenaModel } from "../../src/protocol/arena-config.ts";
import { type Ballot, castVote, drawBallots, freshStore, playArena } from "./played-arena.ts";

let arena: ReturnType<typeof freshStore>;
let ballots: Ballot[];
let app: ReturnType<typeof createApp>;
let isAdmin: boolean;
const now = Date.UTC(2026, 8, 3, 12, 30);

/** The switches of the log, as the arena's own models have them. */
function switchedModels() {
  const switches = new Map<string, object>();
  const refreshSwitches = () => {
    for (const { body } of arena.store.events(["model_switch"])) {
      const { model, ...change } = body;
      switches.set(model, { ...switches.get(model), ...change });
    }
  };
  const settings = (name: string) => ArenaModel.parse({ ...switches.get(name) });
  return { live: () => ["atlas-70b", "newcomer-1b"], settings, refreshSwitches };
}

beforeEach(() => {
  arena = freshStore();
  ballots = playArena(arena.store, { votes: 30, voters: 6 });
  isAdmin = true;
  app = createApp().route(
    "/",
    adminRoutes({
      store: arena.store,
      box: new BallotBox(arena.store, ArenaConfig.parse({}).board),
      models: switchedModels(),
      shares: () => new Map([["atlas-70b", 0.5]]),
      requireAdmin: async (_, next) => {
        if (!isAdmin) throw new NotFoundError("page");
        await next();
      },
      now: () => now,
    }),
  );
});
afterEach(() => arena.remove());

async function get<T>(path: string): Promise<T> {
  const response = await app.request(`/api/admin/${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

const post = (path: string, body: object = {}) =>
  app.request(`/api/admin/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function posted<T>(path: string, body: object = {}): Promise<T> {
  const response = await post(path, body);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

describe("/api/admin", () => {
  test("is nobody's but the admin's", async () => {
    isAdmin = false;
    for (const path of ["overview", "quarantine", "reports", "models"])
      expect((await app.request(`/api/admin/${path}`)).status).toBe(404);
    for (const path of ["battles/x", "voters/x", "reports/1", "models"])
      expect((await post(path, { action: "release" })).status).toBe(404);
    expect([...arena.store.events(["quarantine", "release", "model_switch"])]).toEqual([]);
  });

  test("overview counts by day, hour, deed and model", async () => {
    const answer = (status: "done" | "failed", ttft_ms: number | null, at: number) =>
      arena.store.append(
        "answer",
        {
          ...{ turn: 0, seat: "a", model: "atlas-70b", status, error: null, ttft_ms },
          ...{ total_ms: 1100, prompt_tokens: 5, completion_tokens: status === "done" ? 50 : null },
        },
        {},
        at,
      );
    answer("done", 100, now - 60_000);
    answer("failed", null, now - 7_200_000);
    answer("done", 900, now - 10 * 86_400_000);
    const overview = await get<AdminOverview>("overview");
    expect(overview.days.find(({ day }) => day === "2026-09-01")?.votes).toBe(30);
    expect(overview.hours).toHaveLength(24);
    expect(overview.hours.slice(-3).map(({ calls }) => calls)).toEqual([1, 0, 1]);
    expect(overview.hours.map(({ hour }) => hour).slice(-3)).toEqual([10, 11, 12]);
    expect(overview.actions.chat_battle?.all).toBe(30);
    const votes = Object.entries(overview.actions).filter(([name]) => name.startsWith("vote_"));
    expect(votes.reduce((sum, [, { all }]) => sum + all, 0)).toBe(30);
    expect(overview.models).toEqual([
      {
        ...{ model: "atlas-70b", all: 3, last_day: 2, last_hour: 1 },
        ...{ ttft_ms: 100, tokens_per_second: 50, error_rate: 0.5 },
      },
    ]);
  });

  test("quarantine lists what is held back, and a verdict changes it at once", async () => {
    expect(await get<AdminQuarantine>("quarantine")).toEqual({ battles: [], voters: [] });
    const [{ chat, voter, prompts }] = ballots as [Ballot];
    const held = await posted<AdminQuarantine>(`battles/${chat}`, {
      action: "quarantine",
      reason: "a bot",
    });
    expect(held.battles).toMatchObject([{ id: chat, voter, reason: "a bot", prompt: prompts[0] }]);
    const all = await posted<AdminQuarantine>(`voters/${voter}`, { action: "quarantine" });
    const votes = ballots.filter((one) => one.voter === voter).length;
    expect(all.battles).toHaveLength(votes);
    expect(all.voters).toMatchObject([{ voter, votes, flagged: true, quarantined: true }]);
    await posted(`voters/${voter}`, { action: "release" });
    const left = await posted<AdminQuarantine>(`battles/${chat}`, { action: "release" });
    expect(left).toMatchObject({ battles: [], voters: [{ voter, quarantined: false }] });
  });

  test("quarantine names the voters whom the test flags, and their address", async () => {
    const shills = drawBallots({ votes: 60, seed: 6 }).map((ballot, i): Ballot => {
      const rival = ["atlas-70b", "fjord-8b"][i % 2] ?? "";
      const seats = { models: ["juniper-1b", rival], winner: "model_a" } as const;
      return { ...ballot, ...seats, voter: "shill", address: "cellar" };
    });
    for (const ballot of [...drawBallots({ votes: 900, seed: 5 }), ...shills])
      castVote(arena.store, ballot);
    const { voters, battles } = await get<AdminQuarantine>("quarantine");
    expect(
      voters
        .slice(0, 2)
        .map(({ voter }) => voter)
        .sort(),
    ).toEqual(["address:cellar", "shill"]);
    expect(voters[0]).toMatchObject({ votes: 60, flagged: true, quarantined: true });
    expect(battles).toHaveLength(60);
    expect(battles[0]).toMatchObject({ reason: "anomalous_voter", prompt: "" });
    const freed = await posted<AdminQuarantine>("voters/shill", {
      action: "release",
      reason: "me",
    });
    expect(freed.battles).toEqual([]);
    const again = await posted<AdminQuarantine>("voters/address%3Acellar", {
      action: "quarantine",
    });
    expect(again.battles).toEqual([]); // the verdict on the voter stands above the address's
  });

  test("knows no battle and no voter that never voted", async () => {
    expect((await post("battles/none", { action: "release" })).status).toBe(404);
    expect((await post("voters/none", { action: "release" })).status).toBe(404);
    expect((await post(`battles/${ballots[0]?.chat}`, { action: "hide" })).status).toBe(400);
  });

  test("reports are listed, open ones first, and closed", async () => {
    const chat = ballots[0]?.chat ?? "";
    for (const reason of ["harmful", "wrong"])
      arena.store.append("report", { seat: "a", reason, comment: "see" }, { chat });
    const { reports } = await get<AdminReports>("reports");
    expect(reports.map(({ reason, closed }) => [reason, closed])).toEqual([
      ["wrong", false],
      ["harmful", false],
    ]);
    const after = await posted<AdminReports>(`reports/${reports[0]?.id}`);
    expect(after.reports.map(({ reason, closed }) => [reason, closed])).toEqual([
      ["harmful", false],
      ["wrong", true],
    ]);
    expect((await post("reports/99999")).status).toBe(404);
  });

  test("models are switched, and the log says so", async () => {
    const { models } = await get<AdminModels>("models");
    expect(models).toHaveLength(11);
    expect(models[0]).toEqual({
      ...{ model: "atlas-70b", live: true, weight: 1, outage: false },
      ...{ anonymous_only: false, retired: false, share: 0.5 },
    });
    const change = { model: "newcomer-1b", weight: 3, outage: true };
    const after = await posted<AdminModels>("models", change);
    expect(after.models.find(({ model }) => model === "newcomer-1b")).toMatchObject(change);
    expect([...arena.store.events(["model_switch"])].map(({ body }) => body)).toEqual([change]);
    expect((await post("models", { model: "atlas-70b" })).status).toBe(400);
  });
});
