/** @file Which chat format a worker speaks: the template it was given, the model's own, the plain one. */
import type { ChatFormat } from "../chat/chat-format.ts";
import { templateFormat } from "../chat/chat-template.ts";
import { plainFormat, plainFormatWarning } from "../chat/plain-format.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import type { TemplateRenderer } from "../llama/template-renderer.ts";
import type { Vocab } from "../llama/vocab.ts";

export type ChatFormatOptions = {
  /** Jinja, instead of the model's own. */
  chatTemplate?: string;
};

type Choice = ChatFormatOptions & { log?: (line: string) => void };

/**
 * The template given, or the model's own, checked once; the plain format where there is none.
 *
 * @throws {UsageError} the given one is broken. The file's own is nobody's fault here: without it,
 *         raw completions still work.
 */
export async function chooseChatFormat(
  { chatTemplate, log }: Choice,
  description: ModelDescription,
  vocab: Pick<Vocab, "templateTokens">,
  renderer: TemplateRenderer,
): Promise<ChatFormat> {
  const template = chatTemplate ?? description.chatTemplate;
  if (template === undefined) {
    log?.(plainFormatWarning);
    return plainFormat();
  }
  const format = templateFormat({ template, render: renderer.render, ...vocab.templateTokens() });
  await format.check().catch((error: Error) => {
    if (chatTemplate !== undefined) throw new UsageError(error.message);
    log?.(error.message);
  });
  return format;
}
