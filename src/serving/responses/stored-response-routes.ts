/** @file The responses that are remembered: to read again, to look into, to forget. */
import { Hono } from "hono";
import { listItems } from "../../dialects/responses/stored-items.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { ResponseNotFoundError } from "../../errors/resource-errors.ts";
import { checked } from "../../http/json.ts";
import { ItemsQuery } from "../../protocol/responses.ts";
import type { ResponseStore, StoredResponse } from "./response-store.ts";

export function storedResponseRoutes(store: ResponseStore): Hono {
  return new Hono()
    .get("/v1/responses/:id", (c) => {
      const { response } = stored(store, c.req.param("id"));
      if (c.req.query("stream") === "true")
        throw new InvalidRequestError("A stored response is not streamed again.", "stream");
      return c.json(response);
    })
    .delete("/v1/responses/:id", (c) => {
      const id = c.req.param("id");
      if (!store.delete(id)) throw new ResponseNotFoundError(id);
      return c.json({ id, object: "response", deleted: true });
    })
    .get("/v1/responses/:id/input_items", (c) => {
      const { input } = stored(store, c.req.param("id"));
      return c.json(listItems(input, checked(ItemsQuery, c.req.query())));
    })
    .post("/v1/responses/:id/cancel", (c) => {
      stored(store, c.req.param("id"));
      throw new InvalidRequestError("Only a response in the background can be cancelled.");
    });
}

/** @throws {ResponseNotFoundError} it is not, or no longer, remembered. */
function stored(store: ResponseStore, id: string): StoredResponse {
  const found = store.get(id);
  if (found === undefined) throw new ResponseNotFoundError(id);
  return found;
}
