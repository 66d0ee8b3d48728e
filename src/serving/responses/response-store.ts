/** @file The responses that a worker remembers: in memory, the oldest dropped when they are too many. */
import { randomBytes } from "node:crypto";
import { latestTurns } from "../../dialects/responses/turns.ts";
import { bodyLimitBytes } from "../../http/body.ts";
import type { ResponseBody } from "../../protocol/response-body.ts";
import type { InputItem } from "../../protocol/responses.ts";

export type StoredResponse = {
  response: ResponseBody;
  /** What was read: what the response before it remembered, and what was sent. */
  input: InputItem[];
};

export type StoreLimits = {
  responses: number;
  bytes: number;
  /** Of one conversation: it grows with each response that follows another. */
  inputBytes: number;
};

const usual: StoreLimits = { responses: 1000, bytes: 64 << 20, inputBytes: bodyLimitBytes };

export class ResponseStore {
  /** Part of every id, so that an api finds the worker again. */
  readonly tag: string;
  readonly #limits: StoreLimits;
  /** In the order in which they were stored. */
  readonly #stored = new Map<string, StoredResponse & { bytes: number }>();
  #bytes = 0;

  constructor(tag = newResponseTag(), limits: Partial<StoreLimits> = {}) {
    this.tag = tag;
    this.#limits = { ...usual, ...limits };
  }

  newId(): string {
    return `resp_${this.tag}_${randomBytes(16).toString("hex")}`;
  }

  /** One that is larger than the whole store is not kept. */
  put({ response, input: whole }: StoredResponse): void {
    const input = latestTurns(whole, this.#limits.inputBytes, sizeOf);
    const bytes = input.reduce((sum, item) => sum + sizeOf(item), sizeOf(response));
    this.#stored.set(response.id, { response, input, bytes });
    this.#bytes += bytes;
    for (const id of this.#stored.keys()) {
      const { responses, bytes: most } = this.#limits;
      if (this.#stored.size <= responses && this.#bytes <= most) return;
      this.delete(id);
    }
  }

  get(id: string): StoredResponse | undefined {
    return this.#stored.get(id);
  }

  /** False when there is none. */
  delete(id: string): boolean {
    this.#bytes -= this.#stored.get(id)?.bytes ?? 0;
    return this.#stored.delete(id);
  }
}

function sizeOf(value: object): number {
  return JSON.stringify(value).length;
}

function newResponseTag(): string {
  return randomBytes(6).toString("hex");
}
