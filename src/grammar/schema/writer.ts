/** @file Shapes as rules of a grammar. */
import type { GrammarBuilder } from "../grammar-builder.ts";
import { comma } from "./json-rules.ts";
import { addMembers } from "./member-chain.ts";
import {
  type ArrayShape,
  inhabited,
  isInhabited,
  type MembersShape,
  mostItems,
  nothing,
  possibleMembers,
  type Shape,
} from "./shape.ts";

/**
 * Adds the rules of a shape and of all it refers to.
 *
 * @returns the name of its rule; undefined where no finite value has that shape.
 */
export function writeShapes(
  builder: GrammarBuilder,
  shapes: readonly Shape[],
  root: number,
): string | undefined {
  const found = inhabited(shapes);
  return found.has(root) ? new ShapeWriter(builder, shapes, found).write(root) : undefined;
}

class ShapeWriter {
  readonly #builder: GrammarBuilder;
  readonly #shapes: readonly Shape[];
  readonly #inhabited: ReadonlySet<number>;
  readonly #names = new Map<number, string>();

  constructor(builder: GrammarBuilder, shapes: readonly Shape[], found: ReadonlySet<number>) {
    this.#builder = builder;
    this.#shapes = shapes;
    this.#inhabited = found;
  }

  write(root: number): string {
    const name = this.#name(root);
    for (const [id, rule] of this.#names) this.#builder.define(rule, this.#body(this.#shape(id)));
    return name; // the map grows while it is read: every shape that a body names gets its rule
  }

  #shape(id: number): Shape {
    return this.#shapes[id] ?? nothing;
  }

  /** A shape that is another rule needs none of its own. */
  #name(id: number): string {
    const known = this.#names.get(id) ?? ruleOf(this.#shape(id));
    if (known !== undefined) return known;
    const name = this.#builder.reserve("json");
    this.#names.set(id, name);
    return name;
  }

  #body(shape: Shape): string {
    switch (shape.kind) {
      case "text":
        return shape.body;
      case "choice":
        return this.#choices(shape.of);
      case "shape":
        return this.#name(shape.id);
      case "array":
        return this.#array(shape);
      default:
        return this.#members(shape);
    }
  }

  #choices(shapes: readonly Shape[]): string {
    const possible = shapes.filter((one) => isInhabited(one, this.#inhabited));
    return [...new Set(possible.map((one) => this.#body(one)))].join(" | ");
  }

  /** From the back: what may be left out stands in a rule of its own. */
  #array(shape: ArrayShape): string {
    const most = mostItems(shape, this.#inhabited);
    const length = Math.min(shape.prefix.length, most);
    let body = this.#following(shape, length, most);
    for (let index = length - 1; index >= 0; index--) {
      const item = `${index > 0 ? `${comma} ` : ""}${this.#name(shape.prefix[index] ?? 0)} ${body}`;
      const isRequired = index < shape.min;
      body = isRequired ? item : this.#builder.rule("items", `${item} | ""`);
    }
    return `"[" ${body} "]"`;
  }

  /** Items of one kind behind the first ones. */
  #following({ prefix, rest, min }: ArrayShape, length: number, most: number): string {
    if (rest === undefined || length < prefix.length || most <= length) return "";
    const item = this.#name(rest);
    const next = this.#builder.rule("next-item", `${comma} ${item}`);
    const left = Math.max(0, min - length);
    if (length > 0) return repeat(next, left, most - length);
    const all = `${item} ${repeat(next, Math.max(0, left - 1), most - 1)}`;
    return left > 0 ? all : `(${all})?`;
  }

  #members(shape: MembersShape): string {
    const members = possibleMembers(shape, this.#inhabited).map(({ head, value, required }) => ({
      body: value === undefined ? head : `${head} ${this.#name(value)}`,
      required,
    }));
    const { rest, min, max } = shape;
    const isFree = rest !== undefined && this.#inhabited.has(rest.value);
    const free = isFree
      ? this.#builder.rule("free-member", `${rest.key} ":" " "? ${this.#name(rest.value)}`)
      : undefined;
    const [open, close] = shape.brackets;
    return `"${open}" ${addMembers(this.#builder, { members, free, min, max })} "${close}"`;
  }
}

function ruleOf(shape: Shape): string | undefined {
  if (shape.kind === "choice" && shape.of.length === 1) return ruleOf(shape.of[0] ?? nothing);
  return shape.kind === "text" && /^[a-z][a-z0-9-]*$/.test(shape.body) ? shape.body : undefined;
}

function repeat(rule: string, min: number, max: number): string {
  if (max === 0) return "";
  return `${rule}{${min},${max === Number.POSITIVE_INFINITY ? "" : max}}`;
}
