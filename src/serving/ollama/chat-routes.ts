/** @file Ollama's `/api/chat` and `/api/generate`: streamed unless the request says otherwise. */
import { type Context, Hono } from "hono";
import {
  answerLines,
  chatForm,
  type Form,
  generateForm,
  loadedAnswer,
  toOllamaAnswer,
} from "../../dialects/ollama/answer-lines.ts";
import {
  ollamaNames,
  toChatRequest,
  toCompletionRequest,
  toPromptedChat,
} from "../../dialects/ollama/to-chat-request.ts";
import { checked, readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { streamMessages } from "../../http/sse.ts";
import type { Answer } from "../../protocol/answer.ts";
import { OllamaChatRequest, OllamaGenerateRequest } from "../../protocol/ollama.ts";
import { ChatRequest, CompletionRequest } from "../../protocol/openai.ts";
import type { Writer } from "../../protocol/speaker.ts";
import { assertAble } from "../capability.ts";
import type { Models } from "../models.ts";
import type { Recorder } from "../recorder.ts";
import { ollamaModel } from "./model-names.ts";

export function ollamaRoutes(models: Models<Writer>, recorder: Recorder): Hono {
  const tell = async (
    c: Context,
    { model, stream }: { model: string; stream?: boolean | null | undefined },
    form: Form,
    answer: Answer,
  ) => {
    const onComplete = recorder.recorder(c);
    return stream === false
      ? c.json(await toOllamaAnswer(model, form, answer, onComplete))
      : streamMessages(c, answerLines(model, form, answer, onComplete));
  };
  return new Hono()
    .post("/api/chat", async (c) => {
      const request = await readJson(c, OllamaChatRequest);
      const model = ollamaModel(models, request.model);
      assertAble(model, "chat");
      if (request.messages.length === 0) return c.json(loadedAnswer(request.model, chatForm));
      const asked = checked(ChatRequest, toChatRequest(request), ollamaNames);
      return tell(c, request, chatForm, await model.chat(asked, clientSignal(c)));
    })
    .post("/api/generate", async (c) => {
      const request = await readJson(c, OllamaGenerateRequest);
      const model = ollamaModel(models, request.model);
      assertAble(model, "chat");
      if (!request.prompt && !request.suffix && !request.images?.length)
        return c.json(loadedAnswer(request.model, generateForm));
      return tell(c, request, generateForm, await generated(model, request, clientSignal(c)));
    });
}

/** Through the model's template, or as it stands where the request says so or has a hole to fill. */
async function generated(
  model: Writer,
  request: OllamaGenerateRequest,
  signal: AbortSignal,
): Promise<Answer> {
  if (!request.raw && !request.suffix)
    return model.chat(checked(ChatRequest, toPromptedChat(request), ollamaNames), signal);
  const room = model.card.context_size;
  const asked = checked(CompletionRequest, toCompletionRequest(request, room), ollamaNames);
  return model.complete(asked, [request.prompt], signal);
}
