/** @file What each server of models says to Ollama's clients beside its routes: that it runs, and what it does not know. */
import { type Context, Hono } from "hono";
import { ollamaDialect } from "../dialects/ollama/dialect.ts";
import { UnknownUrlError } from "../errors/request-errors.ts";
import { requestId } from "./request-id.ts";

/** `GET /` and `HEAD /`: Ollama's command line, and probes made for it, ask so whether it is up. */
export function greet(c: Context): Response {
  return c.text("FastChat is running");
}

/** Every path of Ollama's that nobody answered; those of `/api/v1` are FastChat's. */
export function unknownOllamaPaths(): Hono {
  return new Hono().all("/api/:path{(?!v1(/|$)).+}", (c) => {
    const unknown = new UnknownUrlError(c.req.method, c.req.path);
    const body = ollamaDialect.toFailureBody(unknown.toBody(), unknown.status, requestId(c));
    return c.json(body, unknown.status);
  });
}
