/** @file The conversations that are going on: those in use in memory, all in the store. */
import { randomUUID } from "node:crypto";
import { NotFoundError } from "../../errors/resource-errors.ts";
import type { EventBody } from "../../protocol/arena-event.ts";
import type { ChatSettings } from "../../store/arena-chat.ts";
import { Chat, type ChatWorld } from "./chat.ts";

/** An unused conversation is read from the store again after this long. */
const idleMs = 600_000;
const sweepMs = 60_000;

export class Chats {
  readonly #world: ChatWorld;
  readonly #open = new Map<string, Chat>();
  #sweptAt = 0;

  constructor(world: ChatWorld) {
    this.#world = world;
  }

  create(
    voter: string,
    settings: ChatSettings,
    facts: Omit<EventBody<"chat">, "mode" | "models">,
  ): Chat {
    const id = randomUUID();
    const { mode, models } = settings;
    this.#world.store.addChat(id, voter, settings, { mode, models, ...facts });
    const empty = { id, voter, createdAt: Date.now(), settings, prompts: [], answers: [] };
    return this.#keep(new Chat(this.#world, empty, 0));
  }

  /** @throws {NotFoundError} there is none, or it is somebody else's. */
  find(id: string, voter: string | undefined): Chat {
    const chat = this.#open.get(id) ?? this.#read(id);
    if (!chat || chat.voter !== voter) throw new NotFoundError("conversation");
    chat.lastUsedAt = Date.now();
    return chat;
  }

  /** How many of a voter's conversations are being answered. */
  answering(voter: string): number {
    return [...this.#open.values()].filter((chat) => chat.voter === voter && chat.isAnswering)
      .length;
  }

  forget(voter: string): void {
    for (const chat of this.#open.values())
      if (chat.voter === voter) {
        void chat.stop();
        this.#open.delete(chat.id);
      }
  }

  /** Cuts what is being answered; it is kept as far as it came. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((chat) => chat.stop("interrupted")));
  }

  #read(id: string): Chat | undefined {
    const stored = this.#world.store.chat(id);
    if (!stored) return undefined;
    const regenerated = this.#world.store.eventsOf(id).filter(({ kind }) => kind === "regenerate");
    return this.#keep(new Chat(this.#world, stored, regenerated.length));
  }

  #keep(chat: Chat): Chat {
    this.#sweep(Date.now());
    this.#open.set(chat.id, chat);
    return chat;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < sweepMs) return;
    this.#sweptAt = now;
    for (const other of this.#open.values())
      if (!other.isBusy && now - other.lastUsedAt > idleMs) this.#open.delete(other.id);
  }
}
