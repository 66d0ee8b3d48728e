/** @file The page itself, under rules that keep everything foreign out of it. */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { UnavailableError } from "../errors/worker-errors.ts";
import type { StaticFiles } from "../http/static-files.ts";

/** Nothing inline, nothing from elsewhere, no HTML made of text. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** On every answer, the API's too. */
export function securityHeaders(): MiddlewareHandler {
  return async (c, next) => {
    c.header("content-security-policy", contentSecurityPolicy);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    c.header("cross-origin-opener-policy", "same-origin");
    c.header("cross-origin-resource-policy", "same-origin");
    c.header("permissions-policy", "camera=(), microphone=(), geolocation=()");
    if (c.req.path.startsWith("/api/")) c.header("cache-control", "no-store");
    await next();
  };
}

const views = ["/", "/side-by-side", "/chat", "/leaderboard", "/explore", "/admin"];

export function pageRoutes(files: StaticFiles): Hono {
  const page = (c: Context) => {
    const answer = files.answer(c, "/index.html");
    if (answer) return answer;
    throw new UnavailableError("The page is not built: run 'npm run build' first.", "not_built");
  };
  const routes = new Hono();
  for (const view of [...views, "/explore/:id", "/s/:id"]) routes.get(view, page);
  return routes.get("/assets/:name", async (c, next) => {
    return files.answer(c, `/assets/${c.req.param("name")}`) ?? next();
  });
}
