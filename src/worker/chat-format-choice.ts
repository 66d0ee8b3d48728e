/**
 * @file Which chat format a worker speaks: the one it was given, the model's own, the one that FastChat
 * has for the model's name, the plain one. Which it is and why is one line in the log.
 */
import { basename } from "node:path";
import type { ChatFormat } from "../chat/chat-format.ts";
import { templateFormat } from "../chat/chat-template.ts";
import { type PromptTemplate, writesPrompts } from "../chat/fastchat/conversation-template.ts";
import { fastchatFormat } from "../chat/fastchat/fastchat-format.ts";
import { namedTemplate, requiredTemplate } from "../chat/fastchat/named-template.ts";
import { fastchatTemplateFor } from "../chat/fastchat/template-for-model.ts";
import { takesSystem } from "../chat/fastchat/template-prompt.ts";
import { plainFormat, plainFormatWarning } from "../chat/plain-format.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import type { TemplateRenderer } from "../llama/template-renderer.ts";
import type { Vocab } from "../llama/vocab.ts";

export type ChatFormatOptions = {
  /** Jinja, instead of the model's own. */
  chatTemplate?: string;
  /** One of FastChat's templates by its name, instead of the model's own. */
  convTemplate?: string;
};

type Choice = ChatFormatOptions & { modelPath: string; log?: (line: string) => void };
type Description = Pick<ModelDescription, "chatTemplate" | "name">;

/**
 * @throws {UsageError} the template given is broken, or there is none of its name. The file's own is
 *         nobody's fault here: without it, raw completions still work.
 */
export async function chooseChatFormat(
  { chatTemplate, convTemplate, modelPath, log }: Choice,
  description: Description,
  vocab: Pick<Vocab, "templateTokens">,
  renderer: Pick<TemplateRenderer, "render">,
): Promise<ChatFormat> {
  const tokens = vocab.templateTokens();
  const speaking = (template: PromptTemplate, why: string) => {
    log?.(`chat format: FastChat's template '${template.name}', ${why}${cautionOf(template)}`);
    return fastchatFormat(template, tokens.controlTokens);
  };
  if (convTemplate !== undefined)
    return speaking(requiredTemplate(convTemplate), "which was asked for");
  const template = chatTemplate ?? description.chatTemplate;
  if (template !== undefined) {
    const format = templateFormat({ template, render: renderer.render, ...tokens });
    const whose = chatTemplate === undefined ? "the model's own" : "the given";
    const fault = await format.check().then(() => null, faultOf);
    if (fault !== null && chatTemplate !== undefined) throw new UsageError(fault);
    log?.(fault ?? `chat format: ${whose} chat template`);
    return format;
  }
  const found = knownTemplate(namesFor(modelPath, description));
  if (found !== null) return speaking(found.template, found.why);
  log?.(plainFormatWarning);
  return plainFormat();
}

/** What a model may be known by. */
export function namesFor(modelPath: string, { name = "" }: Pick<Description, "name">): string[] {
  return [fileName(modelPath), name];
}

const faultOf = (error: Error) => error.message;

/** Folders are left out: they say more about their owner than about the model. */
const fileName = (path: string) => basename(path.replaceAll("\\", "/")).replace(/\.gguf$/i, "");

/** By the first of the names that a rule of FastChat's knows; its last resort, `one_shot`, is none. */
export function knownTemplate(
  names: readonly string[],
): { template: PromptTemplate; why: string } | null {
  for (const name of names) {
    const { adapter, template: templateName, byRule } = fastchatTemplateFor(name);
    const template = byRule ? namedTemplate(templateName) : undefined;
    if (template !== undefined && writesPrompts(template))
      return { template, why: `by ${adapter} for the name '${name}' of a model without its own` };
  }
  return null;
}

function cautionOf(template: PromptTemplate): string {
  return takesSystem(template) ? "" : "; it leaves system messages out";
}
