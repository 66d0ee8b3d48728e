/** @file What a file's unknown key may have meant. */
import { z } from "zod";
import { closeNames } from "../chat/close-names.ts";
import { ModelConfig } from "../protocol/config.ts";
import { either } from "../protocol/kind-words.ts";
import { RemoteConfig } from "../protocol/remote-config.ts";

/** What people write for something that has another name here. */
const hints: Record<string, [known: string, hint: string]> = {
  api_key: ["api_key_env", "the key stays out of the file: name its variable in api_key_env"],
  name: ["names", "write names: [NAME]"],
};

/** An error map of Zod's: words for an unknown key, and for nothing else. */
export function unknownKeyWords(issue: z.core.$ZodRawIssue): string | undefined {
  const [key] = issue.code === "unrecognized_keys" ? issue.keys : [];
  if (key === undefined || !(issue.inst instanceof z.ZodObject)) return undefined;
  const schema = issue.inst;
  return otherKind(key, schema) ?? `unknown key${meant(key, Object.keys(schema.shape))}`;
}

/** A key of the other kind of model. */
function otherKind(key: string, schema: z.ZodObject): string | undefined {
  if (schema === RemoteConfig && Object.hasOwn(ModelConfig.shape, key))
    return "is for a model in a file: it and backend exclude each other";
  if (schema === ModelConfig && Object.hasOwn(RemoteConfig.shape, key))
    return "is for a model of another server, which has a backend and no path";
  return undefined;
}

function meant(key: string, known: readonly string[]): string {
  const [wanted, hint] = Object.hasOwn(hints, key) ? (hints[key] ?? []) : [];
  if (wanted !== undefined && known.includes(wanted)) return `: ${hint}`;
  const close = closeNames(key, known).map((one) => `'${one}'`);
  return close.length > 0 ? `: did you mean ${either(close)}?` : "";
}
