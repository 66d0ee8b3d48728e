/** @file A model that another server computes, as every kind of backend is told of it. */
import type { ServedModel } from "../protocol/registry.ts";
import type { UpstreamServer } from "./upstream-call.ts";

export type RemoteModel = {
  card: ServedModel;
  server: UpstreamServer;
  /** What the model is called there. */
  upstreamModel: string;
  /** Fields that every request has beside its own. */
  extraBody?: object;
  /** False: it is asked for whole answers only. */
  streams?: boolean;
  /** It weighs itself how much it thinks, and takes neither a budget nor sampling parameters. */
  thinksAdaptively?: boolean;
};
