/**
 * @file The LoRA adapters of this worker's model: which there are, and with which of them a request
 * is answered.
 */
import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { withoutLatest } from "../dialects/ollama/models.ts";
import { type AdapterSet, adapterSet, bareModel } from "../engine/adapter-set.ts";
import type { Engine } from "../engine/engine.ts";
import { ModelNotFoundError } from "../errors/model-errors.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { NotFoundError } from "../errors/resource-errors.ts";
import { UsageError } from "../errors/usage-error.ts";
import { adapterIn, namesOf } from "../protocol/adapter-names.ts";
import { type LoraField, type LoraScales, maxAdapters } from "../protocol/lora.ts";

/** One that is given at the start. */
export type GivenAdapter = { path: string; scale: number; name?: string | undefined };

export type Adapter = {
  id: number;
  name: string;
  path: string;
  /** For requests that name the model alone; 0 leaves it out. */
  scale: number;
  /** For those that name the adapter. */
  namedScale: number;
};

/** What a request is answered with. */
export type Choice = {
  set: AdapterSet;
  /** The model's name for it, which an api knows too; null where there is none. */
  name: string | null;
};

type Card = { id: string; aliases: readonly string[] };

export class Adapters {
  readonly #engine: Pick<Engine, "loadAdapter" | "unloadAdapter">;
  readonly #card: Card;
  /** Paths by name. */
  readonly #loading = new Map<string, string>();
  #all: readonly Adapter[];

  /** @param given Those that the engine was started with, in its order. */
  constructor(
    engine: Pick<Engine, "loadAdapter" | "unloadAdapter">,
    card: Card,
    given: readonly GivenAdapter[],
  ) {
    this.#engine = engine;
    this.#card = card;
    this.#all = given.map(({ scale, path, name = adapterName(path) }, id) => ({
      ...{ id, name, path, scale },
      namedScale: scale || 1,
    }));
  }

  get all(): readonly Adapter[] {
    return this.#all;
  }

  get names(): string[] {
    return this.#all.map(({ name }) => name);
  }

  /**
   * @param model Whatever the request calls the model; without a name, the model itself.
   * @throws {ModelNotFoundError} no name of this model's.
   * @throws {InvalidRequestError} no such adapter, or two ways of naming them.
   */
  choose(model: string | null | undefined, lora: LoraField): Choice {
    const { id } = this.#card;
    const named = model == null ? null : this.#named(model);
    if (named !== null && lora != null)
      throw new InvalidRequestError(
        "Name the adapter in 'model' or in 'lora', not in both.",
        "lora",
      );
    if (lora != null) return { set: this.#setOf(lora), name: null };
    if (named === null) return { set: adapterSet([...this.#all]), name: id };
    const { id: adapter, namedScale } = named;
    return {
      set: adapterSet([{ id: adapter, scale: namedScale }]),
      name: `${id}:${named.name}`,
    };
  }

  /**
   * Loads one from a file; it is left out of the set for requests that name the model alone.
   *
   * @throws {InvalidRequestError} its name is taken, its file loaded already, or no sound adapter for
   *         this model.
   */
  async load(name: string, path: string): Promise<Adapter> {
    if (this.names.includes(name) || this.#loading.has(name))
      throw new InvalidRequestError(`The LoRA adapter '${name}' is loaded already.`, "lora_name");
    const same = this.#nameOfFile(path);
    if (same !== undefined)
      throw new InvalidRequestError(
        `The file '${path}' is loaded already, as the LoRA adapter '${same}'.`,
        "lora_path",
      );
    if (this.#all.length + this.#loading.size >= maxAdapters)
      throw new InvalidRequestError(
        `${maxAdapters} LoRA adapters are loaded already.`,
        "lora_name",
      );
    this.#loading.set(name, path);
    try {
      const id = await this.#engine.loadAdapter(path);
      const adapter = { id, name, path, scale: 0, namedScale: 1 };
      this.#all = [...this.#all, adapter];
      return adapter;
    } finally {
      this.#loading.delete(name);
    }
  }

  /**
   * Refuses it to new requests; its memory is free when the last that runs has its answer.
   *
   * @throws {NotFoundError} there is none of this name.
   */
  unload(name: string): void {
    const adapter = this.#all.find((one) => one.name === name);
    if (adapter === undefined) throw new NotFoundError(`LoRA adapter here: '${name}'`);
    this.#all = this.#all.filter((one) => one !== adapter);
    this.#engine.unloadAdapter(adapter.id).catch(() => {}); // the worker is stopping
  }

  /** @throws {InvalidRequestError} an id is none of an adapter's; then nothing is changed. */
  setScales(scales: LoraScales): void {
    for (const { id } of scales) this.#byId(id);
    const wanted = new Map(scales.map(({ id, scale }) => [id, scale]));
    this.#all = this.#all.map((adapter) => {
      const scale = wanted.get(adapter.id) ?? 0;
      return { ...adapter, scale, namedScale: scale || adapter.namedScale };
    });
  }

  /** What the adapter is called that is loaded, or being loaded, from the very same file. */
  #nameOfFile(path: string): string | undefined {
    const loaded = this.#all.map((one) => [one.name, one.path] as const);
    const file = behindLinks(path);
    return [...loaded, ...this.#loading].find(([, other]) => behindLinks(other) === file)?.[0];
  }

  #named(model: string): Adapter | null {
    const card = { ...this.#card, adapters: this.names };
    const known = withoutLatest(model, (name) => adapterIn(card, name) !== undefined);
    const name = adapterIn(card, known);
    if (name === undefined) throw new ModelNotFoundError(model, namesOf(card));
    return this.#all.find((adapter) => adapter.name === name) ?? null;
  }

  #setOf(lora: NonNullable<LoraField>): AdapterSet {
    if (lora.length === 0) return bareModel;
    const scales = new Map<number, number>();
    for (const { id, name, scale } of lora) {
      const adapter = name == null ? this.#byId(id ?? -1) : this.#byName(name);
      scales.set(adapter.id, scale ?? adapter.namedScale);
    }
    return adapterSet([...scales].map(([id, scale]) => ({ id, scale })));
  }

  #byId(id: number): Adapter {
    return this.#all.find((adapter) => adapter.id === id) ?? this.#refuse(`the id ${id}`);
  }

  #byName(name: string): Adapter {
    return this.#all.find((adapter) => adapter.name === name) ?? this.#refuse(`the name '${name}'`);
  }

  #refuse(what: string): never {
    const known = this.#all.map(({ id, name }) => `${id} (${name})`).join(", ") || "none";
    throw new InvalidRequestError(
      `No LoRA adapter has ${what}. Adapters here: ${known}.`,
      "lora",
      "lora_not_found",
    );
  }
}

function behindLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // it has gone since it was loaded
  }
}

/** The file's own name, but for `.gguf`. */
export function adapterName(path: string): string {
  return basename(path)
    .replace(/\.gguf$/i, "")
    .replace(/[\p{Cc}:]/gu, "-");
}

/** @throws {UsageError} two have one name. */
export function assertNamesDiffer(given: readonly GivenAdapter[]): void {
  const names = given.map(({ path, name = adapterName(path) }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new UsageError(
    `Two LoRA adapters are called '${twice}'; give one another name: --lora '{"path": FILE, "name": NAME}'.`,
  );
}
