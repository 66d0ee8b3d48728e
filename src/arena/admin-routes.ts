/** @file What only the admin may see and do: how the Arena fares, who is held back, reports, models. */
import { Hono, type MiddlewareHandler } from "hono";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { NotFoundError } from "../errors/resource-errors.ts";
import { readJson } from "../http/json.ts";
import { type AdminModels, Judgement, ModelSwitch } from "../protocol/arena.ts";
import type { ArenaStore } from "../store/arena-store.ts";
import { toOverview } from "./admin/overview.ts";
import { isVoter, toQuarantine } from "./admin/quarantine.ts";
import { toReports } from "./admin/reports.ts";
import type { BallotBox } from "./board/ballot-box.ts";
import type { ArenaModels } from "./models.ts";

export type AdminRoutesOptions = {
  store: ArenaStore;
  box: BallotBox;
  models: Pick<ArenaModels, "live" | "settings" | "refreshSwitches">;
  /** How likely a battle now would draw each model. */
  shares: () => ReadonlyMap<string, number>;
  requireAdmin: MiddlewareHandler;
  /** Unix time, ms. */
  now?: () => number;
};

/** Every POST answers what its GET would say now. */
export function adminRoutes(options: AdminRoutesOptions): Hono {
  const { store, box, models, requireAdmin, now = Date.now } = options;
  const judge = (of: { battle: string | null; voter: string | null }, judgement: Judgement) => {
    const { action, reason = "" } = judgement;
    store.append(action, { ...of, reason });
    return toQuarantine(store, box.log);
  };
  return new Hono()
    .get("/api/admin/overview", requireAdmin, (c) => c.json(toOverview(store.statistics, now())))
    .get("/api/admin/quarantine", requireAdmin, (c) => c.json(toQuarantine(store, box.log)))
    .post("/api/admin/battles/:id", requireAdmin, async (c) => {
      const battle = c.req.param("id");
      const judgement = await readJson(c, Judgement);
      if (!box.log.voteOn(battle)) throw new NotFoundError("battle");
      return c.json(judge({ battle, voter: null }, judgement));
    })
    .post("/api/admin/voters/:id", requireAdmin, async (c) => {
      const voter = c.req.param("id");
      const judgement = await readJson(c, Judgement);
      if (!isVoter(box.log, voter)) throw new NotFoundError("voter");
      return c.json(judge({ battle: null, voter }, judgement));
    })
    .get("/api/admin/reports", requireAdmin, (c) => c.json(toReports(store)))
    .post("/api/admin/reports/:id", requireAdmin, (c) => {
      const id = Number(c.req.param("id"));
      if (!toReports(store).reports.some((report) => report.id === id))
        throw new NotFoundError("report");
      store.append("report_closed", { report: id });
      return c.json(toReports(store));
    })
    .get("/api/admin/models", requireAdmin, (c) => c.json(toModels(options)))
    .post("/api/admin/models", requireAdmin, async (c) => {
      const change = await readJson(c, ModelSwitch);
      if (Object.keys(change).length < 2)
        throw new InvalidRequestError(
          "Say what to change: weight, outage, anonymous_only, retired.",
        );
      store.append("model_switch", withoutUndefined(change));
      models.refreshSwitches();
      return c.json(toModels(options));
    });
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

/** Those that live, and those that ever were in a battle. */
function toModels({ box, models, shares }: AdminRoutesOptions): AdminModels {
  const live = new Set(models.live());
  const met = box.log.votes.flatMap(({ record }) => [record.model_a, record.model_b]);
  const share = shares();
  return {
    models: [...new Set([...live, ...met])].sort().map((model) => {
      const { weight, outage, anonymous_only, retired } = models.settings(model);
      return {
        model,
        live: live.has(model),
        weight,
        outage,
        anonymous_only,
        retired,
        share: share.get(model) ?? 0,
      };
    }),
  };
}
