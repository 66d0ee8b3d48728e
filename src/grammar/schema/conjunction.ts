/**
 * @file What must hold at once: a schema, what its `$ref` points to and what its `allOf` holds.
 *
 * Taken apart into plain parts, of which each has only keywords of its own, and groups of which one
 * alternative must hold (`anyOf`, `oneOf`).
 */
import {
  inside,
  isKeywords,
  type Keywords,
  type Located,
  type Part,
  type SchemaSource,
} from "./source.ts";

export type Group = {
  readonly keyword: "anyOf" | "oneOf";
  readonly path: string;
  readonly schemas: readonly unknown[];
};

export type Conjunction = {
  readonly parts: readonly Part[];
  readonly groups: readonly Group[];
  /** One of the schemas is `false`. */
  readonly never: boolean;
};

/**
 * Takes schemas apart that must all hold.
 *
 * @param base Parts and groups that must hold as well.
 * @throws {InvalidRequestError} a schema is none, refers in a circle, or says what we do not read.
 */
export function conjoin(
  source: SchemaSource,
  all: readonly Located[],
  base: Pick<Conjunction, "parts" | "groups"> = { parts: [], groups: [] },
): Conjunction {
  const reader = new ConjunctionReader(source, base);
  for (const one of all) reader.read(one, all.length > 1 ? [all] : []); // no one stands alone
  return reader;
}

export function alternatives({ keyword, path, schemas }: Group): Located[] {
  return schemas.map((schema, index) => ({ schema, path: inside(path, keyword, index) }));
}

class ConjunctionReader implements Conjunction {
  readonly parts: Part[];
  readonly groups: Group[];
  never = false;
  readonly #source: SchemaSource;
  readonly #seen: Set<unknown>;
  readonly #base: ReadonlySet<unknown>;

  constructor(source: SchemaSource, base: Pick<Conjunction, "parts" | "groups">) {
    this.#source = source;
    this.parts = [...base.parts];
    this.groups = [...base.groups];
    this.#base = new Set(base.parts.map(({ schema }) => schema));
    this.#seen = new Set(this.#base);
  }

  /** @param trail The schemas whose `$ref` and `allOf` led here. */
  read({ schema, path }: Located, trail: readonly unknown[]): void {
    if (schema === true) return;
    if (schema === false) this.never = true;
    else if (!isKeywords(schema)) throw this.#source.refuse(path, "is no schema");
    else if (trail.includes(schema) || (this.#base.has(schema) && hasGroup(schema)))
      throw this.#source.refuse(path, "refers to itself in a circle");
    else if (trail.length > mostSteps) throw this.#source.refuse(path, "refers on and on");
    else if (!this.#seen.has(schema)) this.#take({ schema, path }, trail);
  }

  #take(part: Part, trail: readonly unknown[]): void {
    const { schema, path } = part;
    this.#assertReadable(part, trail);
    this.#seen.add(schema);
    this.parts.push(part);
    const next = [...trail, schema];
    if (schema.$ref !== undefined) this.read(this.#source.resolve(schema.$ref, path), next);
    for (const [index, one] of this.#list(part, "allOf").entries())
      this.read({ schema: one, path: inside(path, "allOf", index) }, next);
    for (const keyword of ["anyOf", "oneOf"] as const) {
      const schemas = this.#list(part, keyword);
      if (schema[keyword] !== undefined) this.groups.push({ keyword, path, schemas });
    }
  }

  #list({ schema, path }: Part, keyword: string): readonly unknown[] {
    const list = schema[keyword];
    if (list === undefined) return [];
    if (Array.isArray(list) && list.length > 0) return list;
    throw this.#source.refuse(path, `has '${keyword}' without a list of schemas`);
  }

  /** `unevaluated…: false` is read where it sees all parts: in a schema that stands alone. */
  #assertReadable({ schema, path }: Part, trail: readonly unknown[]): void {
    const alone = trail.length === 0 && this.parts.length === 0;
    for (const keyword of refused)
      if (schema[keyword] !== undefined && !this.#isReadable(keyword, schema[keyword], alone))
        throw this.#source.refuse(path, `uses '${keyword}', which a grammar cannot express`);
  }

  #isReadable(keyword: string, value: unknown, alone: boolean): boolean {
    const isUnevaluated = keyword === "unevaluatedProperties" || keyword === "unevaluatedItems";
    return isUnevaluated
      ? value === true || (value === false && alone)
      : saysNothing(keyword, value);
  }
}

/** Met again inside one of its own alternatives. */
function hasGroup(schema: Keywords): boolean {
  return schema.anyOf !== undefined || schema.oneOf !== undefined;
}

const mostSteps = 64;

function saysNothing(keyword: string, value: unknown): boolean {
  return (
    isKeywords(value) && keyword !== "not" && keyword !== "if" && Object.keys(value).length === 0
  );
}

const refused = [
  "not",
  "if",
  "patternProperties",
  "dependentRequired",
  "dependentSchemas",
  "dependencies",
  "contains",
  "unevaluatedProperties",
  "unevaluatedItems",
  "$dynamicRef",
  "$recursiveRef",
];
