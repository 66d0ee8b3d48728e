/**
 * @file Who is who, without names: a random cookie whose hash is kept, and what the log calls its
 * owner. A cookie that we did not make is nobody.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { ForbiddenError } from "../errors/access-errors.ts";
import { ConflictError } from "../errors/resource-errors.ts";
import type { Client } from "../http/client-address.ts";
import type { SessionRow } from "../store/arena-chat.ts";
import type { ArenaStore } from "../store/arena-store.ts";

const yearSeconds = 365 * 86_400;
const adminMs = 12 * 3_600_000;

export class Sessions {
  readonly #store: ArenaStore;
  readonly #clientOf: (c: Context) => Client;
  readonly #termsVersion: string;
  readonly #adminKey: Buffer;
  /** Browsers give a cookie to every port of a host: each arena has names of its own. */
  readonly #voterCookie: string;
  readonly #adminCookie: string;
  /** Hash of the cookie → when it ends, Unix time, ms. */
  readonly #admins = new Map<string, number>();

  constructor(
    store: ArenaStore,
    clientOf: (c: Context) => Client,
    termsVersion: string,
    adminKey: string,
  ) {
    this.#store = store;
    this.#clientOf = clientOf;
    this.#termsVersion = termsVersion;
    this.#adminKey = sha256(adminKey);
    const own = store.secret("cookie-name").toString("hex").slice(0, 8);
    this.#voterCookie = `fastchat_arena_${own}`;
    this.#adminCookie = `fastchat_admin_${own}`;
  }

  /** Undefined: a stranger. */
  find(c: Context): SessionRow | undefined {
    const token = this.#cookie(c, this.#voterCookie);
    return token === undefined ? undefined : this.#store.session(hashOf(token));
  }

  hasAgreed(c: Context): boolean {
    return this.find(c)?.terms === this.#termsVersion;
  }

  /** @throws {ConflictError} `consent_required`: the terms of today have not been agreed to. */
  require(c: Context): SessionRow {
    const session = this.find(c);
    if (session?.terms === this.#termsVersion) return session;
    throw new ConflictError("Please agree to the terms first.", "consent_required");
  }

  /** The caller's session, or a new one with a new cookie. */
  open(c: Context): SessionRow {
    const known = this.find(c);
    if (known) return known;
    const token = randomBytes(32).toString("base64url");
    const voter = randomBytes(12).toString("base64url");
    this.#store.addSession(hashOf(token), voter);
    this.#setCookie(c, this.#voterCookie, token, yearSeconds);
    return { voter, terms: null, research: false };
  }

  forget(c: Context): void {
    const session = this.find(c);
    if (session) this.#store.forget(session.voter);
    this.#dropCookie(c, this.#voterCookie);
  }

  isAdmin(c: Context): boolean {
    const token = this.#cookie(c, this.#adminCookie);
    if (token === undefined) return false;
    return (this.#admins.get(hashOf(token)) ?? 0) > Date.now();
  }

  /** Lets only admins through. */
  requireAdmin(): MiddlewareHandler {
    return async (c, next) => {
      if (!this.isAdmin(c)) throw new ForbiddenError("This is for the admin of the arena.");
      await next();
    };
  }

  /** @throws {ForbiddenError} the key is wrong. */
  enterAdmin(c: Context, key: string): void {
    if (!timingSafeEqual(sha256(key), this.#adminKey))
      throw new ForbiddenError("This is not the key of the admin.");
    this.leaveAdmin(c);
    const token = randomBytes(32).toString("base64url");
    this.#admins.set(hashOf(token), Date.now() + adminMs);
    this.#setCookie(c, this.#adminCookie, token, adminMs / 1000);
  }

  leaveAdmin(c: Context): void {
    const token = this.#cookie(c, this.#adminCookie);
    if (token !== undefined) this.#admins.delete(hashOf(token));
    this.#dropCookie(c, this.#adminCookie);
  }

  #cookie(c: Context, name: string): string | undefined {
    return this.#clientOf(c).secure ? getCookie(c, name, "host") : getCookie(c, name);
  }

  #setCookie(c: Context, name: string, value: string, maxAge: number): void {
    const { secure } = this.#clientOf(c);
    const shared = { httpOnly: true, sameSite: "Strict", path: "/", maxAge } as const;
    setCookie(c, name, value, secure ? { ...shared, secure, prefix: "host" } : shared);
  }

  #dropCookie(c: Context, name: string): void {
    const { secure } = this.#clientOf(c);
    deleteCookie(c, secure ? `__Host-${name}` : name, { path: "/", secure });
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest();
const hashOf = (token: string) => sha256(token).toString("base64url");
