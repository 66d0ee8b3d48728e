/**
 * @file What the Arena remembers: the log of what happened, which nobody can change, not even we;
 * and beside it the texts, sessions and shares, which their owners can have erased.
 *
 * Every write is on the disk before its method returns.
 */
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { InsufficientStorageError } from "../errors/resource-errors.ts";
import type { PromptView } from "../protocol/arena.ts";
import {
  type ArenaEvent,
  type EventBody,
  type EventKind,
  type EventOf,
  parseEventBody,
} from "../protocol/arena-event.ts";
import type { ChatSettings, SessionRow, StoredAnswer, StoredChat } from "./arena-chat.ts";
import { arenaMigrations } from "./arena-schema.ts";
import { type ArenaStatements, arenaStatements, type EventRow } from "./arena-statements.ts";
import { type ArenaStatistics, arenaStatistics } from "./arena-statistics.ts";
import { type Database, openDatabase } from "./database.ts";

/** `voted`: stored now or, by the same key, before. `taken`: another vote stands. */
export type VoteOutcome = "voted" | "repeated" | "taken";

export class ArenaStore {
  readonly statistics: ArenaStatistics;
  readonly #db: Database;
  readonly #statements: ArenaStatements;

  /** @throws {Error} the file is of a newer version, or the folder cannot be written. */
  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const file = join(dataDir, "arena.db");
    closeSync(openSync(file, "a", 0o600)); // what people wrote is for the owner's eyes alone
    this.#db = openDatabase(file, arenaMigrations);
    this.#statements = arenaStatements(this.#db);
    this.statistics = arenaStatistics(this.#db);
  }

  close(): void {
    this.#db.close();
  }

  /** What SQLite thinks of the file: `ok`. */
  check(): string {
    return String(this.#db.pragma("integrity_check", { simple: true }));
  }

  /** All of it is stored, with one wait for the disk, or nothing. */
  atomically<T>(work: () => T): T {
    return written(this.#db.transaction(work));
  }

  /** Appends to the log and returns the event's number. */
  append<K extends EventKind>(
    kind: K,
    body: EventBody<K>,
    of: { chat?: string; voter?: string } = {},
    at = Date.now(),
  ): number {
    const { chat = null, voter = null } = of;
    const text = JSON.stringify(body);
    const { append } = this.#statements;
    return written(() => Number(append.run(at, kind, chat, voter, null, text).lastInsertRowid));
  }

  /** Stores a vote, once for each battle and once for each key. */
  vote(
    body: EventBody<"vote">,
    { chat, voter, key }: { chat: string; voter: string; key: string },
    at = Date.now(),
  ): VoteOutcome {
    const text = JSON.stringify(body);
    try {
      written(() => this.#statements.append.run(at, "vote", chat, voter, key, text));
      return "voted";
    } catch (error) {
      if (!isTaken(error)) throw error;
      return this.isVoteKey(chat, voter, key) ? "repeated" : "taken";
    }
  }

  /** Whether the vote that stands is the one cast under this key. */
  isVoteKey(chat: string, voter: string, key: string): boolean {
    const stored = this.#statements.voteKey.get(chat);
    return stored?.voter === voter && stored.key === key;
  }

  /** Whether somebody has voted on a battle with these questions. */
  hasVotedOn(voter: string, promptHash: number): boolean {
    return this.#statements.votedOn.get(voter, promptHash) !== undefined;
  }

  /** Events of some kinds after one of them, oldest first. */
  *events<K extends EventKind>(kinds: readonly K[], after = 0): Generator<EventOf<K>> {
    const wanted = new Set<string>(kinds);
    for (const row of this.#statements.events.iterate(after, JSON.stringify(kinds)))
      if (wanted.has(row.kind)) yield toEvent(row) as EventOf<K>;
  }

  /** All events of one conversation, oldest first. */
  eventsOf(chat: string): ArenaEvent[] {
    return this.#statements.eventsOf.all(chat).map(toEvent);
  }

  /** How often somebody did something since then. */
  countOf(voter: string, kind: EventKind, since: number): number {
    return this.#statements.countOf.get(voter, kind, since) as number;
  }

  /** The votes from one hashed address since then. */
  countVotesFrom(address: string, since: number): number {
    return this.#statements.countVotesFrom.get(since, address) as number;
  }

  /** @param id SHA-256 of the cookie. */
  session(id: string): SessionRow | undefined {
    const row = this.#statements.session.get(id);
    return row && { ...row, research: row.research === 1 };
  }

  addSession(id: string, voter: string): void {
    written(() => this.#statements.addSession.run(id, voter, Date.now()));
  }

  setConsent(voter: string, terms: string, research: boolean): void {
    this.atomically(() => {
      this.#statements.setConsent.run(terms, research ? 1 : 0, voter);
      this.append("consent", { version: terms, research }, { voter });
    });
  }

  /** Drops the sessions' texts and the session itself; what it voted stays, without them. */
  forget(voter: string): void {
    this.atomically(() => {
      for (const table of ["prompt", "answer", "share"] as const)
        this.#db
          .prepare(`DELETE FROM ${table} WHERE chat IN (SELECT id FROM chat WHERE voter = ?)`)
          .run(voter);
      this.#db.prepare("DELETE FROM chat WHERE voter = ?").run(voter);
      this.#db.prepare("DELETE FROM session WHERE voter = ?").run(voter);
      this.append("forget", {}, { voter });
    });
  }

  addChat(id: string, voter: string, settings: ChatSettings, body: EventBody<"chat">): void {
    this.atomically(() => {
      this.#statements.addChat.run(id, voter, JSON.stringify(settings), Date.now());
      this.append("chat", body, { chat: id, voter });
    });
  }

  setPrompt(chat: string, turn: number, { text, images }: PromptView): void {
    written(() => this.#statements.setPrompt.run(chat, turn, text, JSON.stringify(images)));
  }

  setAnswer(chat: string, one: StoredAnswer): void {
    written(() => this.#statements.setAnswer.run({ ...one, chat }));
  }

  chat(id: string): StoredChat | undefined {
    const row = this.#statements.chat.get(id);
    if (!row) return undefined;
    const prompts = this.#statements.prompts.all(id);
    return {
      id,
      voter: row.voter,
      createdAt: row.createdAt,
      settings: JSON.parse(row.settings) as ChatSettings,
      prompts: prompts.map(({ text, images }) => ({ text, images: JSON.parse(images) })),
      answers: this.#statements.answers.all(id),
    };
  }

  /** The newest battle of a voter, voted or not. */
  lastBattle(voter: string): string | undefined {
    return this.#statements.lastBattle.get(voter) as string | undefined;
  }

  /** The share of a conversation, made if it has none. */
  share(chat: string): string {
    const id = randomBytes(16).toString("base64url");
    written(() => this.#statements.addShare.run(id, chat));
    return this.shareOf(chat) as string;
  }

  shareOf(chat: string): string | undefined {
    return this.#statements.shareOf.get(chat) as string | undefined;
  }

  shared(share: string): string | undefined {
    return this.#statements.shared.get(share) as string | undefined;
  }

  /** False: there is no such share. */
  unshare(share: string): boolean {
    return written(() => this.#statements.unshare.run(share).changes === 1);
  }

  /** The day's salt; those of days more than one before it are forgotten, and with them the addresses. */
  salt(day: string, yesterday: string): Buffer {
    const { salt, addSalt, dropSalts } = this.#statements;
    const known = salt.get(day) as Buffer | undefined;
    if (known) return known;
    written(() => addSalt.run(day, randomBytes(32)));
    written(() => dropSalts.run(yesterday));
    return salt.get(day) as Buffer;
  }

  /** 32 random bytes, the same for ever. */
  secret(name: string): Buffer {
    written(() => this.#statements.addSecret.run(name, randomBytes(32)));
    return this.#statements.secret.get(name) as Buffer;
  }
}

/** @throws {InsufficientStorageError} the disk is full or cannot be written. */
function written<T>(write: () => T): T {
  try {
    return write();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (!/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(code)) throw cause;
    throw Object.assign(new InsufficientStorageError(), { cause });
  }
}

function toEvent({ body, ...row }: EventRow): ArenaEvent {
  return { ...row, body: parseEventBody(row.kind, JSON.parse(body)) } as ArenaEvent;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SQLITE_CONSTRAINT_UNIQUE";
}
