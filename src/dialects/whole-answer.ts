/** @file An answer put together from its events: each choice whole. */
import type {
  Answer,
  AnswerEvent,
  ChoiceTimings,
  EchoedPrompt,
  Finish,
  TokenLogprobs,
} from "../protocol/answer.ts";
import type { ToolCall } from "../protocol/openai.ts";

/** Called once, with every choice's timings, when an answer is complete. */
export type OnComplete = (timings: ChoiceTimings[]) => void;

export type WholeChoice = {
  index: number;
  prompt?: EchoedPrompt;
  reasoning: string;
  content: string;
  toolCalls: ToolCall[];
  logprobs: TokenLogprobs[];
  finish: Finish;
};

/** The choices in the order of their numbers. @throws {Error} one of them never finished. */
export async function collectAnswer(answer: Answer): Promise<WholeChoice[]> {
  const choices = new Map<number, Unfinished>();
  for await (const event of answer) {
    const { choice: index } = event;
    const choice: Unfinished = choices.get(index) ?? {
      index,
      reasoning: "",
      content: "",
      toolCalls: [],
      logprobs: [],
    };
    choices.set(index, choice);
    add(choice, event);
  }
  return [...choices.values()].sort((a, b) => a.index - b.index).map(finished);
}

export function timingsOfAll(choices: readonly WholeChoice[]): ChoiceTimings[] {
  return choices.map(({ finish }) => finish.timings);
}

type Unfinished = Omit<WholeChoice, "finish"> & { finish?: Finish };

function add(choice: Unfinished, event: AnswerEvent): void {
  if (event.prompt) choice.prompt = event.prompt;
  choice.reasoning += event.reasoning ?? "";
  choice.content += event.content ?? "";
  for (const one of event.logprobs ?? []) choice.logprobs.push(one);
  for (const { index, id = "", name = "", arguments: more } of event.toolCalls ?? []) {
    const call = choice.toolCalls[index];
    if (call) call.function.arguments += more;
    else choice.toolCalls[index] = { id, type: "function", function: { name, arguments: more } };
  }
  if (event.finish) choice.finish = event.finish;
}

function finished({ finish, ...choice }: Unfinished): WholeChoice {
  if (finish === undefined) throw new Error("An answer ended without its finish.");
  return { ...choice, finish };
}
