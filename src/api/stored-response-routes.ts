/** @file Stored responses, each asked of the worker that remembers it; no model is named for it. */
import { type Context, Hono } from "hono";
import { ResponseNotFoundError } from "../errors/resource-errors.ts";
import type { FastChatWorkers } from "./fastchat-workers.ts";
import type { Fleet } from "./fleet.ts";
import { assertReady } from "./forwarded-routes.ts";
import type { Forwarder } from "./forwarder.ts";
import { holderOf } from "./response-holder.ts";

export function storedResponseRoutes(
  fleet: Fleet,
  forwarder: Forwarder,
  fastchat: FastChatWorkers,
): Hono {
  const forward = (c: Context) => {
    assertReady(fleet);
    const id = c.req.param("id") ?? "";
    const holder = holderOf(fleet.table, fastchat, id);
    if (holder === undefined) throw new ResponseNotFoundError(id);
    return forwarder.forward(c, { model: holder.model.id, capability: null, routable: {}, holder });
  };
  return new Hono()
    .get("/v1/responses/:id", forward)
    .delete("/v1/responses/:id", forward)
    .get("/v1/responses/:id/input_items", forward)
    .post("/v1/responses/:id/cancel", forward);
}
