/** @file What several commands' flags share: numbers, lists, keys, and who may listen where. */
import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import type { z } from "zod";
import { UsageError } from "../errors/usage-error.ts";
import { isLoopback } from "../http/host-guard.ts";
import { toComplaint } from "../protocol/complaint.ts";
import { FlagError } from "./flag-error.ts";

export const number = (text: string) => toNumber(text, "must be a number");

export const numberOrAuto = (text: string) =>
  text === "auto" ? text : toNumber(text, "must be auto or a number");

function toNumber(text: string, complaint: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new InvalidArgumentError(complaint);
  return value;
}

/** Collects a flag that may be given again. */
export const add = (value: string, before: string[] = []) => [...before, value];

/** `a,b`, or a JSON list as FastChat takes it. */
export function list(text: string): string[] {
  if (!text.startsWith("[")) return text.split(",").map((part) => part.trim());
  try {
    return (JSON.parse(text) as unknown[]).map(String);
  } catch {
    throw new InvalidArgumentError("must be a,b or a JSON list");
  }
}

/** `3,1`, or a JSON list. */
export const numbers = (text: string) =>
  list(text).map((part) => toNumber(part, "must be numbers, as in 3,1"));

/**
 * Checks flags by the schema of the setting they stand for.
 *
 * @param flags snake_case keys; `undefined` takes the schema's default.
 * @throws {FlagError} names the flag: `option '--batch-size' must be at most 16384`.
 */
export function checkFlags<T extends z.ZodType>(
  schema: T,
  flags: Record<string, unknown>,
  names: Record<string, string> = {},
): z.output<T> {
  const parsed = schema.safeParse(flags);
  if (parsed.success) return parsed.data;
  const [[key], words] = toComplaint(parsed.error, flags);
  const name = String(key);
  throw new FlagError(names[name] ?? `--${name.replaceAll("_", "-")}`, words);
}

/** Keys from the flag, the file (one a line, `#` comments) and FASTCHAT_API_KEYS, in that order. */
export function readApiKeys(flag: readonly string[] = [], file?: string): string[] {
  const fromFile = file === undefined ? [] : readLines(file);
  const fromEnv = (process.env.FASTCHAT_API_KEYS ?? "").split(",");
  return [...flag, ...fromFile, ...fromEnv].map((key) => key.trim()).filter(Boolean);
}

/** The first key of a file, one a line, `#` comments; undefined where there is none. */
export const readKeyFile = (file: string) =>
  readLines(file)
    .map((key) => key.trim())
    .find(Boolean);

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => !line.startsWith("#"));
  } catch {
    throw new UsageError(`Cannot read the key file '${file}'.`);
  }
}

export function readJoinToken(flag?: string): string | undefined {
  return flag ?? (process.env.FASTCHAT_JOIN_TOKEN || undefined);
}

/**
 * Refuses to listen beyond this machine without a lock on the door.
 *
 * @throws {FlagError} `host` is not a loopback address, there is no key, and nobody said `--insecure`.
 */
export function requireLock(host: string, locked: boolean, key: string, insecure = false): void {
  if (locked || insecure || isLoopback(host)) return;
  throw new FlagError(
    "--host",
    `${host} is reachable from other machines: give ${key}, or say --insecure to serve without.`,
  );
}
