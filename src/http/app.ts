/**
 * @file The app every server of ours starts from: it names each request, shapes each failure in
 * the dialect of its path and, if asked, logs one line a request. It knows no route.
 */
import { Hono } from "hono";
import { UnknownUrlError, WrongMethodError } from "../errors/request-errors.ts";
import { logRequest } from "./access-log.ts";
import { dialectOf } from "./dialect.ts";
import { toFailure } from "./failure.ts";
import { clientSignal, nodeExchange } from "./node-exchange.ts";
import { nameRequest, requestId } from "./request-id.ts";

/** @param log Writes one line a request to stderr: method, path, status, ms and request id. */
export function createApp({ log = false }: { log?: boolean } = {}): Hono {
  const app = new Hono();
  app.use(nameRequest);
  if (log) app.use(logRequest);
  app.notFound((c) => {
    const { method, path } = c.req;
    const allowed = methodsOf(app, path);
    const asked = method === "HEAD" ? "GET" : method; // whose route may have found nothing
    if (allowed.length > 0 && !allowed.includes(asked))
      throw new WrongMethodError(method, path, allowed);
    throw new UnknownUrlError(method, path);
  });
  app.onError((error, c) => {
    // Whatever fails because the client left has nobody to tell, and is no bug.
    if (clientSignal(c).aborted) return c.body(null);
    const { status, headers, body } = toFailure(error);
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    // The rest of a body that nobody reads must not be taken for the next request.
    if (nodeExchange(c)?.incoming.complete === false) c.header("connection", "close");
    return c.json(dialectOf(c.req.path).toFailureBody(body, status, requestId(c)), status);
  });
  return app;
}

/** Those that have a route of their own for a path; what answers to every path is none of them. */
function methodsOf(app: Hono, path: string): string[] {
  return ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((method) =>
    app.router
      .match(method, path)[0]
      .some(([[, route]]) => route.method === method && !/^\/?\*$/.test(route.path)),
  );
}
