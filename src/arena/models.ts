/**
 * @file The models the Arena has: what the API serves at this moment, with what the configuration
 * and the switches of the admin say of each.
 */
import { z } from "zod";
import { HttpClient } from "../http/client.ts";
import type { ModelInfo, NotReady } from "../protocol/arena.ts";
import { ArenaModel } from "../protocol/arena-config.ts";
import type { ArenaStore } from "../store/arena-store.ts";

const ModelList = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1).max(512),
      /** Another name for a model that is listed too. */
      parent: z.string().nullish(),
      context_length: z.number().nullish(),
      capabilities: z.array(z.string()).nullish(),
    }),
  ),
});
type Listed = z.infer<typeof ModelList>["data"][number];

export type ModelsOptions = {
  /** Up to but without `/v1`. */
  apiUrl: string;
  apiKey?: string | undefined;
  configured: Record<string, ArenaModel>;
  store: ArenaStore;
};

/** A list this old is asked for anew. */
const freshMs = 2000;
const patienceMs = 3000;

export class ArenaModels {
  readonly #options: ModelsOptions;
  readonly #client = new HttpClient();
  readonly #switches = new Map<string, Partial<ArenaModel>>();
  #seenEvent = 0;
  #listed = new Map<string, Listed>();
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #isDown = false;

  constructor(options: ModelsOptions) {
    this.#options = options;
    this.refreshSwitches();
  }

  close(): void {
    this.#client.close();
  }

  /** Asks the API again if the list is older than two seconds; an API that is down keeps its list. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#askedAt < freshMs) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  /** Reads the switches that the log has and we do not. */
  refreshSwitches(): void {
    for (const { id, body } of this.#options.store.events(["model_switch"], this.#seenEvent)) {
      const { model, ...change } = body;
      const known = this.#switches.get(model);
      this.#switches.set(model, { ...known, ...(change as Partial<ArenaModel>) });
      this.#seenEvent = id;
    }
  }

  /** Names of chat models that the API serves, other names for them left out. */
  live(): string[] {
    if (this.#isDown) return [];
    return [...this.#listed.values()]
      .filter(({ parent, capabilities }) => !parent && (capabilities?.includes("chat") ?? true))
      .map(({ id }) => id)
      .filter((name) => !this.settings(name).hidden);
  }

  /** Those offered by name. */
  named(): string[] {
    return this.live().filter((name) => {
      const { outage, anonymous_only } = this.settings(name);
      return !outage && !anonymous_only;
    });
  }

  /** Those that may meet in battles. */
  drawable(): string[] {
    return this.live().filter((name) => {
      const { outage, retired, weight } = this.settings(name);
      return !outage && !retired && weight > 0;
    });
  }

  get notReady(): NotReady | null {
    if (this.#isDown) return "api_down";
    const count = this.drawable().length;
    return count === 0 ? "no_models" : count === 1 ? "one_model" : null;
  }

  settings(name: string): ArenaModel {
    const configured = this.#options.configured[name];
    return { ...(configured ?? ArenaModel.parse({})), ...this.#switches.get(name) };
  }

  info(name: string): ModelInfo {
    const { organisation, licence, link, price_input, price_output, knowledge_cutoff } =
      this.settings(name);
    return {
      name,
      organisation,
      licence,
      link,
      price_input,
      price_output,
      context: this.#listed.get(name)?.context_length ?? null,
      knowledge_cutoff,
      vision: this.canSee(name),
    };
  }

  canSee(name: string): boolean {
    const listed = this.#listed.get(name)?.capabilities ?? [];
    return (
      this.settings(name).vision ?? (listed.includes("vision") || listed.includes("multimodal"))
    );
  }

  async #ask(): Promise<void> {
    const { apiUrl, apiKey } = this.#options;
    try {
      const answer = await this.#client.json(`${apiUrl}/v1/models`, {
        signal: AbortSignal.timeout(patienceMs),
        headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
      });
      this.#listed = new Map(ModelList.parse(answer).data.map((one) => [one.id, one]));
      this.#isDown = false;
    } catch {
      this.#isDown = true;
    }
    this.#askedAt = performance.now();
  }
}
