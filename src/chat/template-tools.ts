/** @file A conversation's tools in a template: where it has no place for them, they are told in words. */
import { outputFormat } from "./output/output-formats.ts";
import type { MarkedTool, TemplateMessage } from "./template-messages.ts";
import type { ToolPlaces } from "./template-traits.ts";
import { introduced, toldCalls, toldResults, toolIntroduction } from "./told-tools.ts";
import { exampleCall } from "./written-call.ts";

type TemplateTools = {
  template: string;
  places: () => Promise<ToolPlaces>;
  takesSystem: () => Promise<boolean>;
  /** A call as the template writes it; asked for only where it writes calls. */
  renderedExample: () => Promise<string>;
};

export type ToldChat = { messages: TemplateMessage[]; tools?: MarkedTool[] };

/** Puts into words what the template would leave out. */
export function toolTeller(source: TemplateTools) {
  const { writeCalls } = outputFormat(source.template);

  return async (messages: TemplateMessage[], tools: MarkedTool[]): Promise<ToldChat> => {
    if (tools.length === 0 && !messages.some(hasTools)) return { messages };
    const shown = await source.places();
    const called = shown.calls ? messages : toldCalls(messages, writeCalls);
    const isAnswerable = shown.results && (shown.calls || shown.tools);
    const turns = isAnswerable ? called : toldResults(called, messages);
    if (tools.length === 0) return { messages: turns };
    if (shown.tools) return { messages: turns, tools };
    const usual = writeCalls([exampleCall]);
    const example = shown.calls ? await source.renderedExample().catch(() => usual) : usual;
    const introduction = toolIntroduction(tools, example);
    return { messages: introduced(turns, introduction, await source.takesSystem()) };
  };
}

function hasTools({ role, tool_calls: calls }: TemplateMessage): boolean {
  return role === "tool" || Boolean(calls?.length);
}
