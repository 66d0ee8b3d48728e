/** @file An adapter on the command line: `--lora FILE`, `FILE=SCALE`, or JSON for one with a name. */
import { Lora } from "../protocol/config.ts";
import { FlagError } from "./flag-error.ts";

/**
 * `FILE`, `FILE=SCALE` or `{"path": FILE, "scale": SCALE, "name": NAME}`, added to those before it.
 *
 * @throws {FlagError} the JSON is none, or has other keys.
 */
export function addLora(text: string, before: Lora[] = []): Lora[] {
  if (text.startsWith("{")) return [...before, readLora(text)];
  const [, path, scale] = /^(.*?)(?:=(-?[\d.]+))?$/.exec(text) ?? [];
  return [...before, { path: path ?? text, scale: scale === undefined ? 1 : Number(scale) }];
}

/** As JSON, which reads back as it was, whatever the path and the scale. */
export function loraFlag(lora: Lora): string {
  return JSON.stringify(lora);
}

function readLora(text: string): Lora {
  const parsed = Lora.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new FlagError("--lora", `must be FILE, FILE=SCALE or {"path": …, "scale": …, "name": …}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
