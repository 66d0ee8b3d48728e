/** @file An adapter on the command line: `--lora FILE`, `FILE=SCALE`, or JSON for one with a name. */
import { existsSync } from "node:fs";
import { toComplaint, toPath } from "../protocol/complaint.ts";
import { Lora, loraFromText } from "../protocol/config.ts";
import { FlagError } from "./flag-error.ts";

/**
 * `FILE`, `FILE=SCALE` or `{"path": FILE, "scale": SCALE, "name": NAME}`, added to those before it.
 *
 * @throws {FlagError} the JSON is none, a value is out of its range, or the way of writing it is
 *         another program's.
 */
export function addLora(text: string, before: Lora[] = []): Lora[] {
  if (text.startsWith("{")) return [...before, checked(jsonOf(text))];
  const lora = checked(loraFromText(text));
  if (lora.path === text && !existsSync(text)) refuseForeign(text);
  return [...before, lora];
}

/** As JSON, which reads back as it was, whatever the path and the scale. */
export function loraFlag(lora: Lora): string {
  return JSON.stringify(lora);
}

const isNumber = (text: string) => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);

/** llama-server's `FILE:SCALE` and `FILE,FILE`, and a scale that is no number. */
function refuseForeign(text: string): void {
  const [, file, mark, rest = ""] = /^(.+\.gguf)([=:,])(.*)$/i.exec(text) ?? [];
  if (mark === ",") throw new FlagError("--lora", "takes one file; give it again for another");
  if (mark === ":" && isNumber(rest))
    throw new FlagError("--lora", `takes a scale after '=': ${file}=${rest}`);
  if (mark === "=") throw new FlagError("--lora", `has the scale '${rest}', which is no number`);
}

function checked(lora: unknown): Lora {
  const parsed = Lora.safeParse(lora);
  if (parsed.success) return parsed.data;
  const [key, words] = toComplaint(parsed.error, lora);
  if (lora === undefined || key.length === 0)
    throw new FlagError("--lora", `must be FILE, FILE=SCALE or {"path": …, "scale": …, "name": …}`);
  throw new FlagError("--lora", `has a wrong ${toPath(key)}: ${words}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
