/**
 * @file What a schema allows, as a graph of shapes: schemas refer to each other, so shapes do.
 *
 * A shape that no finite value has (a list whose every item holds such a list) is found here: a
 * grammar that had it would let a model write and never end.
 */

export type Shape =
  /** The body of a rule; something always matches it. */
  | { readonly kind: "text"; readonly body: string }
  /** Any of them; of none of them, nothing. */
  | { readonly kind: "choice"; readonly of: readonly Shape[] }
  | { readonly kind: "shape"; readonly id: number }
  | ArrayShape
  | MembersShape;

/** First items one by one, then any number of the same; `rest` is undefined where none may follow. */
export type ArrayShape = {
  readonly kind: "array";
  readonly prefix: readonly number[];
  readonly rest: number | undefined;
  readonly min: number;
  readonly max: number;
};

/** Members in one order, of which some may be left out: an object's, or different items. */
export type MembersShape = {
  readonly kind: "members";
  readonly brackets: readonly [open: string, close: string];
  readonly members: readonly Member[];
  /** What may follow them: the rule of a free name, and the shape of its value. */
  readonly rest: { readonly key: string; readonly value: number } | undefined;
  readonly min: number;
  readonly max: number;
};

type Member = {
  /** GBNF in front of the value. */
  readonly head: string;
  /** undefined where the head is all. */
  readonly value: number | undefined;
  readonly required: boolean;
};

export const nothing: Shape = { kind: "choice", of: [] };

/** The numbers of the shapes that some finite value has. */
export function inhabited(shapes: readonly Shape[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const [id, shape] of shapes.entries()) if (isInhabited(shape, found)) found.add(id);
    for (let id = shapes.length - 1; id >= 0; id--)
      if (isInhabited(shapes[id] ?? nothing, found)) found.add(id);
  }
  return found;
}

export function isInhabited(shape: Shape, found: ReadonlySet<number>): boolean {
  switch (shape.kind) {
    case "text":
      return true;
    case "choice":
      return shape.of.some((one) => isInhabited(one, found));
    case "shape":
      return found.has(shape.id);
    case "array":
      return mostItems(shape, found) >= shape.min;
    default:
      return mostMembers(shape, found) >= shape.min && hasRequired(shape, found);
  }
}

/** How many items an array can have: up to the first that cannot be. */
export function mostItems({ prefix, rest, max }: ArrayShape, found: ReadonlySet<number>): number {
  const end = prefix.findIndex((id) => !found.has(id));
  if (end >= 0) return Math.min(end, max);
  return rest !== undefined && found.has(rest) ? max : Math.min(prefix.length, max);
}

/** Members that can be, in their order. */
export function possibleMembers({ members }: MembersShape, found: ReadonlySet<number>): Member[] {
  return members.filter(({ value }) => value === undefined || found.has(value));
}

/** Different names only: free ones may repeat, so they count as one. */
function mostMembers(shape: MembersShape, found: ReadonlySet<number>): number {
  const free = shape.rest !== undefined && found.has(shape.rest.value) ? 1 : 0;
  return Math.min(shape.max, possibleMembers(shape, found).length + free);
}

/** Whether each required member can be, and all of them together. */
function hasRequired({ members, max }: MembersShape, found: ReadonlySet<number>): boolean {
  const required = members.filter((member) => member.required);
  return (
    required.length <= max && required.every(({ value }) => value === undefined || found.has(value))
  );
}
