/** @file Somebody with a browser, as far as the server can tell: cookies, an origin, and requests. */
import { randomUUID } from "node:crypto";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import { readEvents } from "../../src/http/sse.ts";
import type { ChatEvent, ChatView, NewChat, SessionView } from "../../src/protocol/arena.ts";
import type { Winner } from "../../src/protocol/battle.ts";

export type Answered<T> = { status: number; headers: Headers; body: T };

export class Visitor {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly cookies = new Map<string, string>();

  /** @param headers sent with everything, beside the origin. */
  constructor(url: string, headers: Record<string, string> = {}) {
    this.url = url;
    this.headers = { origin: url, ...headers };
  }

  async call<T = ChatView & ErrorBody>(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answered<T>> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(this.url + path, {
      method,
      redirect: "manual",
      ...(body && { body: JSON.stringify(body) }),
      headers: {
        ...this.headers,
        ...(body && { "content-type": "application/json" }),
        ...(cookie && { cookie }),
        ...headers,
      },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as T,
    };
  }

  get = <T>(path: string, headers?: Record<string, string>) =>
    this.call<T>("GET", path, undefined, headers);
  post = <T = ChatView & ErrorBody>(
    path: string,
    body: object = {},
    headers?: Record<string, string>,
  ) => this.call<T>("POST", path, body, headers);

  async session(): Promise<SessionView> {
    return (await this.get<SessionView>("/api/session")).body;
  }

  async agree(research = true): Promise<this> {
    const { terms } = await this.session();
    await this.post("/api/consent", { version: terms.version, research });
    return this;
  }

  async admin(key: string): Promise<this> {
    await this.post("/api/admin/login", { key });
    return this;
  }

  /** Starts a conversation and waits until all have answered. */
  async ask(text: string, more: Partial<NewChat> = {}): Promise<ChatView> {
    const { status, body } = await this.post("/api/chats", { mode: "battle", text, ...more });
    if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return this.settled(body.id);
  }

  /** The conversation, once nothing is being answered any more. */
  async settled(id: string): Promise<ChatView> {
    for await (const event of this.events(id))
      if (event.type === "snapshot" && !event.chat.answering) return event.chat;
    throw new Error("The stream ended.");
  }

  async *events(id: string): AsyncGenerator<ChatEvent> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const leave = new AbortController();
    const response = await fetch(`${this.url}/api/chats/${id}/events`, {
      headers: { ...this.headers, cookie },
      signal: leave.signal,
    });
    try {
      if (response.body)
        for await (const { data } of readEvents(response.body)) yield JSON.parse(data) as ChatEvent;
    } finally {
      leave.abort();
    }
  }

  vote(chat: ChatView, winner: Winner, key: string = randomUUID()) {
    const body = { winner, token: chat.vote_token ?? "none" };
    return this.post(`/api/chats/${chat.id}/vote`, body, { "idempotency-key": key });
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "" || /max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
