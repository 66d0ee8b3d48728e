/** @file The responses that a worker remembers: in memory, the oldest dropped when they are too many. */
import { randomBytes } from "node:crypto";
import type { ResponseBody } from "../../../protocol/response-body.ts";
import type { InputItem } from "../../../protocol/responses.ts";

export type StoredResponse = {
  response: ResponseBody;
  /** All that was read, what the response before it remembered included. */
  input: InputItem[];
};

export type StoreLimits = { responses: number; bytes: number };

const usual: StoreLimits = { responses: 1000, bytes: 64 << 20 };

export class ResponseStore {
  /** Part of every id, so that an api finds the worker again. */
  readonly tag: string;
  readonly #limits: StoreLimits;
  /** In the order in which they were stored. */
  readonly #stored = new Map<string, StoredResponse & { bytes: number }>();
  #bytes = 0;

  constructor(tag = newResponseTag(), limits = usual) {
    this.tag = tag;
    this.#limits = limits;
  }

  newId(): string {
    return `resp_${this.tag}_${randomBytes(16).toString("hex")}`;
  }

  /** One that is larger than the whole store is not kept. */
  put({ response, input }: StoredResponse): void {
    const bytes = JSON.stringify(response).length + JSON.stringify(input).length;
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

function newResponseTag(): string {
  return randomBytes(6).toString("hex");
}
