/** @file JSON as Python's `json.dumps` writes it by default: ASCII alone, a space behind `,` and `:`. */

export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${toAscii(key)}: ${pythonJson(member)}`).join(", ")}}`;
  }
  return typeof value === "string" ? toAscii(value) : JSON.stringify(value ?? null);
}

function toAscii(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
