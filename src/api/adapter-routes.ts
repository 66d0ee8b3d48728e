/**
 * @file What changes a worker's LoRA adapters is asked of that worker: here a request would reach one
 * of several, and whoever may chat could take another's adapter away.
 */
import { type Context, Hono } from "hono";
import { InvalidRequestError } from "../errors/request-errors.ts";

const paths = ["/lora-adapters", "/v1/load_lora_adapter", "/v1/unload_lora_adapter"];

export function adapterRoutes(): Hono {
  return new Hono().on("POST", paths, (c: Context) => {
    throw new InvalidRequestError(
      `LoRA adapters are changed at the worker itself: send POST ${c.req.path} to the address in its ready line, which the controller has too (POST /get_worker_address with its model).`,
      null,
      "asked_of_worker",
    );
  });
}
