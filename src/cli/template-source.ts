/** @file A chat template as a flag names it: a Jinja file, or one of FastChat's. */
import { existsSync, readFileSync } from "node:fs";
import type { PromptTemplate } from "../chat/fastchat/conversation-template.ts";
import {
  namedTemplate,
  requiredTemplate,
  unknownTemplate,
} from "../chat/fastchat/named-template.ts";
import { UsageError } from "../errors/usage-error.ts";

export type TemplateSource = { jinja: string } | { fastchat: PromptTemplate };

/** @throws {UsageError} there is neither such a file nor such a template. */
export function templateSource(given: string): TemplateSource {
  if (existsSync(given)) return { jinja: readTemplate(given) };
  if (namedTemplate(given) !== undefined) return { fastchat: requiredTemplate(given) };
  throw new UsageError(`There is no file '${given}', and ${unknownTemplate(given)}.`);
}

function readTemplate(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`Cannot read the chat template '${path}'.`);
  }
}
