/** @file What zod calls a kind of value, in plain words. */

const kinds: Record<string, string> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

export const kindInWords = (kind: string) => kinds[kind] ?? kind;

/** `a`, `a or b`, `a, b or c`. */
export function either(all: readonly string[]): string {
  const last = all.at(-1) ?? "something else";
  return all.length < 2 ? last : `${all.slice(0, -1).join(", ")} or ${last}`;
}
