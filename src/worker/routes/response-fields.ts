/** @file llama-server's `response_fields`: of an answer, what the client names and nothing else. */

/** @param paths `content`, `timings/prompt_n`; the answer's keys are these; unknown ones are left out. */
export function pickFields(body: object, paths: readonly string[]): Record<string, unknown> {
  const found = paths.map((path) => [path, valueAt(body, path.split("/"))] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

function valueAt(value: unknown, [key, ...rest]: string[]): unknown {
  if (key === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return valueAt(Object.entries(value).find(([name]) => name === key)?.[1], rest);
}
