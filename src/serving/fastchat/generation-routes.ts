/**
 * @file FastChat's `/worker_generate_stream` and `/worker_generate`. Failures are frames with 200, as
 * FastChat's servers look at nothing else.
 */
import { type Context, Hono } from "hono";
import { type AnswerFrame, answerFrames } from "../../dialects/fastchat/answer-frames.ts";
import { pythonJson } from "../../dialects/fastchat/python-json.ts";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { countAs } from "../../http/request-metrics.ts";
import { streamMessages } from "../../http/sse.ts";
import { WorkerGenerationQuestion } from "../../protocol/fastchat-worker.ts";
import type { Writer } from "../../protocol/speaker.ts";
import { assertAble } from "../capability.ts";
import type { Models } from "../models.ts";
import type { Recorder } from "../recorder.ts";
import { failureFrame } from "./failure-frame.ts";
import { completionRequest } from "./generation-request.ts";

/** @param ownName What the model is called where a request does not say. */
export function generationRoutes(
  models: Models<Writer>,
  recorder: Recorder,
  ownName: () => string,
): Hono {
  const frames = (c: Context, asked: WorkerGenerationQuestion) => {
    const model = models.named(asked.model ?? ownName());
    countAs(c, model.card.id);
    assertAble(model, "completions");
    const request = completionRequest(asked, model.card);
    const answer = model.complete(request, [asked.prompt], clientSignal(c));
    return answerFrames(answer, request.logprobs !== null, recorder.recorder(c));
  };
  return new Hono()
    .post("/worker_generate_stream", async (c) => {
      const asked = await readJson(c, WorkerGenerationQuestion);
      return streamMessages(
        c,
        told(c, () => frames(c, asked)),
      );
    })
    .post("/worker_generate", async (c) => {
      const asked = await readJson(c, WorkerGenerationQuestion);
      let last = "";
      for await (const frame of told(c, () => frames(c, asked))) last = frame;
      return c.body(last, 200, { "content-type": "application/json" });
    });
}

/** The frames' JSON; the last may say what went wrong. */
async function* told(
  c: Context,
  frames: () => AsyncIterable<AnswerFrame>,
): AsyncGenerator<string, void> {
  try {
    for await (const frame of frames()) yield pythonJson(frame);
  } catch (error) {
    yield pythonJson(failureFrame(c, error));
  }
}
