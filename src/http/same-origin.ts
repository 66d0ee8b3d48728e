/**
 * @file The guard against other sites' pages: what they make a browser send carries our cookie, but
 * also says where it comes from.
 *
 * Source: OWASP, "Cross-Site Request Forgery Prevention": Fetch Metadata, with Origin where an old
 * browser does not send it.
 */
import type { Context, MiddlewareHandler } from "hono";
import { ForbiddenError } from "../errors/access-errors.ts";

const reading = new Set(["GET", "HEAD"]);

/** @throws {ForbiddenError} a write that is not known to be of our own page; a read by another's. */
export function requireSameOrigin(): MiddlewareHandler {
  return async (c, next) => {
    const isAllowed = reading.has(c.req.method) ? mayRead(c) : mayWrite(c);
    if (!isAllowed)
      throw new ForbiddenError("This comes from another site's page, or does not say where from.");
    await next();
  };
}

/** A link from elsewhere may open a page; it may not read in the background. */
function mayRead(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  return site === undefined || site === "same-origin" || site === "none" || isNavigation(c);
}

const isNavigation = (c: Context) => c.req.header("sec-fetch-mode") === "navigate";

function mayWrite(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = c.req.header("origin");
  if (origin === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === c.req.header("host");
}
