/** @file All models of other servers as one worker of FastChat's, which has several too (`multi_model_worker`). */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { namesOf } from "../../protocol/adapter-names.ts";
import type { WorkerStatus } from "../../protocol/fastchat-controller.ts";
import type { Served } from "../../protocol/speaker.ts";
import type { FastChatWorker } from "../../serving/fastchat/description-routes.ts";
import type { Models } from "../../serving/models.ts";
import { toldTemplate } from "./prompted-speaker.ts";
import type { RemoteModels } from "./remote-models.ts";

/** As FastChat's prompts ask them. */
export function promptedModels(models: RemoteModels): Models<Served> {
  return {
    has: (name) => models.has(name),
    named: (name) => models.required(name).prompted,
  };
}

export function fastChatSide(models: RemoteModels): FastChatWorker {
  return {
    status: () => remoteStatus(models),
    facts: (name) => {
      const model = name == null ? models.only() : models.required(name);
      if (model === undefined) throw new InvalidRequestError("Name the model in 'model'.", "model");
      const { card } = model.remote;
      return { card, conversation: async () => toldTemplate(card) };
    },
  };
}

/** Each name once; all requests stand in one queue. */
export function remoteStatus(models: RemoteModels): WorkerStatus {
  const all = models.all();
  const names = all.flatMap(({ remote: { card } }) => namesOf(card));
  const busy = all.reduce((sum, { places }) => sum + places.busy, 0);
  return { model_names: [...new Set(names)], speed: 1, queue_length: busy };
}
