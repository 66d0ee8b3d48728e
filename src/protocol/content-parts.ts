/** @file The objects of a request that an engine may read as a part of what it is shown. */

export type ContentPart = {
  value: Record<string, unknown>;
  /** `messages[0].content[1]` */
  param: string;
};

/** A client's own notes, which no engine reads. */
const unread = new Set(["metadata"]);

/** Of all fields of a request: its messages, documents, inputs, query. */
export function partsOf(body: object): ContentPart[] {
  return Object.entries(body).flatMap(([name, value]) =>
    unread.has(name) ? [] : partsIn(value, name),
  );
}

/** The object itself, those in a list, and those in the `content` of each. */
export function partsIn(value: unknown, param: string): ContentPart[] {
  if (Array.isArray(value))
    return value.flatMap((one, i) => (isObject(one) ? partsIn(one, `${param}[${i}]`) : []));
  if (!isObject(value)) return [];
  return [{ value, param }, ...partsIn(value.content, `${param}.content`)];
}

type Change = (part: Record<string, unknown>) => Record<string, unknown>;

/** The same request; each object that `partsOf` finds in it is what `change` makes of it. */
export function withParts<T extends object>(body: T, change: Change): T {
  const fields = Object.entries(body).map(([name, value]) => [
    name,
    unread.has(name) ? value : changed(value, change),
  ]);
  return Object.fromEntries(fields) as T;
}

function changed(value: unknown, change: Change): unknown {
  if (Array.isArray(value)) return value.map((one) => (isObject(one) ? changed(one, change) : one));
  if (!isObject(value)) return value;
  const part = change(value);
  return isObject(part.content) ? { ...part, content: changed(part.content, change) } : part;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
