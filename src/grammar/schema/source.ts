/**
 * @file The schema a client sent: where its parts stand, what a reference points to, what is wrong.
 *
 * Nothing here knows grammars. Every sentence about a schema names the place in it.
 */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { type Automaton, TooManyStatesError, WorkBudget } from "../regex/automaton.ts";
import { patternAutomaton } from "../regex/regex.ts";
import { schemasWithin } from "./schema-limits.ts";

export type Keywords = { readonly [keyword: string]: unknown };

/** A schema that is an object, and its place, such as `properties.name`. */
export type Part = { readonly schema: Keywords; readonly path: string };

/** Anything that stands where a schema should. */
export type Located = { readonly schema: unknown; readonly path: string };

/** Of items, characters and properties: beyond this no grammar counts. */
const mostCounted = 2_000;

export class SchemaSource {
  readonly param: string;
  readonly root: Located;
  readonly budget = new WorkBudget();
  readonly #schemas: ReadonlySet<object>;
  readonly #patterns = new Map<string, Automaton>();
  readonly #numbers = new WeakMap<object, number>();
  #numbered = 0;

  /** @throws {InvalidRequestError} the schema is over a limit. */
  constructor(schema: unknown, param: string) {
    this.param = param;
    this.root = { schema, path: "" };
    this.#schemas = schemasWithin(schema, param);
  }

  /** The error for a part: a sentence such as "The schema at 'items' uses 'not', …". */
  refuse(path: string, what: string): InvalidRequestError {
    const place = path === "" ? "The JSON Schema" : `The JSON Schema at '${path}'`;
    return new InvalidRequestError(`${place} ${what}.`, this.param);
  }

  /** Runs what may need more than a grammar's worth of states, and says so in a sentence. */
  bounded<T>(path: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TooManyStatesError)) throw error;
      throw this.refuse(path, "is too large or has too many combinations to build a grammar from");
    }
  }

  /** A number that stands for this object and no other. */
  numberOf(object: object): number {
    const number = this.#numbers.get(object) ?? ++this.#numbered;
    this.#numbers.set(object, number);
    return number;
  }

  /** The schema that a `$ref` points to. */
  resolve(reference: unknown, path: string): Located {
    if (typeof reference !== "string" || !/^#(\/|$)/.test(reference))
      throw this.refuse(path, "refers to another document: only '#' and '#/…' are followed");
    const steps = reference.split("/").slice(1).map(decodeStep);
    const target = steps.reduce<unknown>(child, this.root.schema);
    const isSchema = isKeywords(target) ? this.#schemas.has(target) : typeof target === "boolean";
    if (!isSchema) throw this.refuse(path, `refers to '${reference}', which is no schema in it`);
    return { schema: target, path: steps.join(".") };
  }

  /** The texts in which a part's `pattern` matches; undefined where it has none. */
  pattern({ schema, path }: Part): Automaton | undefined {
    const { pattern } = schema;
    if (pattern === undefined) return undefined;
    if (typeof pattern !== "string") throw this.refuse(path, "has a 'pattern' that is no text");
    const known = this.#patterns.get(pattern);
    if (known !== undefined) return known;
    const refuse = (reason: string) => this.refuse(path, `has a 'pattern' that ${reason}`);
    const automaton = patternAutomaton(pattern, true, refuse, this.budget);
    this.#patterns.set(pattern, automaton);
    return automaton;
  }

  /** A keyword's finite number; undefined where it is not given. */
  number({ schema, path }: Part, keyword: string): number | undefined {
    const value = schema[keyword];
    if (value === undefined || Number.isFinite(value)) return value as number | undefined;
    throw this.refuse(path, `has a '${keyword}' that is no number`);
  }

  /** The strictest pair of a lower and an upper count; undefined where they leave nothing. */
  counts(
    parts: readonly Part[],
    [least, most]: readonly [string, string],
  ): readonly [min: number, max: number] | undefined {
    const min = Math.max(0, ...parts.map((part) => this.#count(part, least) ?? 0));
    const max = Math.min(
      ...parts.map((part) => this.#count(part, most) ?? Number.POSITIVE_INFINITY),
    );
    if (min > max) return undefined;
    const [place] = parts;
    if (min > mostCounted)
      throw this.refuse(place?.path ?? "", `has a '${least}' above ${mostCounted}`);
    return [min, max === Number.POSITIVE_INFINITY ? max : Math.min(max, mostCounted)];
  }

  #count(part: Part, keyword: string): number | undefined {
    const value = this.number(part, keyword);
    if (value === undefined || (Number.isInteger(value) && value >= 0)) return value;
    throw this.refuse(part.path, `has a '${keyword}' that is no count`);
  }
}

export function isKeywords(value: unknown): value is Keywords {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A place one or more steps further in. */
export function inside(path: string, ...steps: readonly (string | number)[]): string {
  return [...(path === "" ? [] : [path]), ...steps].join(".");
}

function child(parent: unknown, step: string): unknown {
  if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, step))
    return undefined;
  return (parent as Keywords)[step];
}

/** A step of a JSON pointer (RFC 6901) in a URI's fragment. */
function decodeStep(step: string): string {
  const plain = step.replace(/(%[0-9A-Fa-f]{2})+/g, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });
  return plain.replaceAll("~1", "/").replaceAll("~0", "~");
}
