/**
 * @file A worker that computes nothing itself: one process in front of any number of other servers,
 * whose models join the registry, one registration each, for as long as their servers answer.
 */
import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../errors/usage-error.ts";
import { createApp } from "../http/app.ts";
import { requireKey } from "../http/auth.ts";
import { allowBodies, bodyLimitBytes, pictureBodyLimitBytes } from "../http/body.ts";
import { HttpClient } from "../http/client.ts";
import { countHops } from "../http/hops.ts";
import { greet, unknownOllamaPaths } from "../http/ollama-manners.ts";
import { pictureFetcher } from "../http/picture-fetcher.ts";
import { noProxy, type ProxyChoice } from "../http/proxies.ts";
import { type RunningServer, serve } from "../http/serve.ts";
import { urlInWords } from "../http/url-in-words.ts";
import { preparedSpeaker, type RequestDefaults } from "../remote/prepared-speaker.ts";
import type { RemoteModel } from "../remote/remote-model.ts";
import type { FoundModels, RemoteUpstream } from "../remote/remote-upstream.ts";
import { speakerFor } from "../remote/speaker-for.ts";
import { fastChatWorkerRoutes } from "../serving/fastchat/routes.ts";
import { ResponseStore } from "../serving/responses/response-store.ts";
import { servingRoutes } from "../serving/routes.ts";
import { remoteDescriptionRoutes } from "./remote/description-routes.ts";
import { fastChatSide, promptedModels } from "./remote/fastchat-side.ts";
import { remoteGate } from "./remote/gate.ts";
import { placedSpeaker } from "./remote/placed-speaker.ts";
import { Places } from "./remote/places.ts";
import { promptedSpeaker } from "./remote/prompted-speaker.ts";
import { Registrations } from "./remote/registrations.ts";
import { RemoteModels, type RemoteServed } from "./remote/remote-models.ts";
import { remoteStatistics } from "./remote/remote-statistics.ts";
import { remoteStatusRoutes } from "./remote/remote-status-routes.ts";
import { UpstreamWatch, type WatchPauses } from "./remote/upstream-watch.ts";

export type RemoteModelOptions = RemoteUpstream & {
  defaults: RequestDefaults;
  /** Requests that may be on their way to one model; more are answered with 429. */
  limitConcurrency: number;
  /** Hosts that pictures may be fetched from. */
  allowedImageHosts: readonly string[];
};

export type RemoteWorkerOptions = WatchPauses & {
  models: readonly RemoteModelOptions[];
  host: string;
  port: number;
  /** Where the api reaches this worker, if not at its own URL. */
  workerAddress?: string | undefined;
  /** None: it registers nowhere. */
  controllerAddress?: string | undefined;
  /** What the controller asks of workers; who calls the worker itself must send it as API key. */
  joinToken?: string | undefined;
  /** How the other servers are reached; none: directly. Our own, the controller, always is. */
  proxies?: ProxyChoice | undefined;
  log?: (line: string) => void;
};

/** A server that takes longer to say what it has is not waited for. */
const firstLookMs = 3000;

/**
 * Resolves once it listens and has looked at the other servers, whether or not they answer yet.
 *
 * @throws {UsageError} they answer, and none has what its settings ask for.
 */
export async function serveRemoteWorker(options: RemoteWorkerOptions): Promise<RunningServer> {
  const { joinToken, proxies = noProxy } = options;
  const { log, open: openLog } = heldLog(options.log);
  const models = new RemoteModels();
  const statistics = remoteStatistics(models, log);
  const responses = new ResponseStore();
  let isDraining = false;
  const health = () => (isDraining ? "draining" : models.all().length > 0 ? "ok" : "loading");
  const sees = () =>
    models.all().some(({ remote: { card } }) => card.capabilities.includes("vision"));
  const app = createApp()
    .get("/", greet)
    .get("/health", (c) => c.json(toHealth(health(), models), health() === "ok" ? 200 : 503))
    .use(statistics.count)
    .use(requireKey(joinToken === undefined ? [] : [joinToken]))
    .use(allowBodies(() => (sees() ? pictureBodyLimitBytes : bodyLimitBytes)))
    .route("/", remoteStatusRoutes(models, statistics))
    .route("/", remoteDescriptionRoutes(models))
    .use(remoteGate(models))
    .use(countHops)
    .route("/", servingRoutes(models, statistics, responses))
    .route("/", fastChatWorkerRoutes(promptedModels(models), statistics, fastChatSide(models)))
    .route("/", unknownOllamaPaths());
  const server = await serve(app, options);
  const client = new HttpClient(proxies);
  const registrations = new Registrations(options, server.url, models, () => isDraining, log);
  const around = {
    ...{ client, proxies, models, registrations, log },
    ...{ responseTag: responses.tag, pauses: options },
  };
  const watches: UpstreamWatch[] = [];
  const looks = options.models.map(
    (one) => new Promise<UsageError | null>((seen) => watches.push(watch(one, around, seen))),
  );
  const running: RunningServer = {
    ...server,
    close: async (graceMs) => {
      isDraining = true;
      await Promise.all(watches.map((one) => one.close()));
      await registrations.close();
      await server.close(graceMs);
      client.close();
    },
  };
  const refusal = await refusalOfAll(looks);
  if (refusal !== null) {
    await running.close(0);
    throw refusal;
  }
  openLog();
  return running;
}

/** Lines wait until it is known that the worker stays: one that leaves has said all by its error. */
function heldLog(write: (line: string) => void = () => {}) {
  let held: string[] | null = [];
  const log = (line: string) => {
    if (held === null) write(line);
    else held.push(line);
  };
  const open = () => {
    for (const line of held ?? []) write(line);
    held = null;
  };
  return { log, open };
}

/** Null as soon as one of the servers may be of use, or takes its time. */
async function refusalOfAll(looks: Promise<UsageError | null>[]): Promise<UsageError | null> {
  const useful = looks.map(async (look) => {
    const refusal = await look;
    if (refusal !== null) throw refusal;
    return null;
  });
  const all = Promise.any(useful).catch(({ errors }: AggregateError) => {
    const sentences = errors.map(({ message }: Error) => message);
    return new UsageError(sentences.join(" "));
  });
  return Promise.race([all, wait(firstLookMs, null, { ref: false })]);
}

function toHealth(status: string, models: RemoteModels) {
  return { status, models: models.all().map(({ remote }) => remote.card.id) };
}

type Surroundings = {
  client: HttpClient;
  proxies: ProxyChoice;
  models: RemoteModels;
  registrations: Registrations;
  responseTag: string;
  log: (line: string) => void;
  pauses: WatchPauses;
};

function watch(
  options: RemoteModelOptions,
  around: Surroundings,
  onAsked: (refusal: UsageError | null) => void,
): UpstreamWatch {
  const { client, proxies, models, registrations, responseTag, log, pauses } = around;
  const fetchPicture = pictureFetcher({ allowedHosts: options.allowedImageHosts });
  const toSpeaker = speakerFor[options.backend];
  models.await(options.names);
  let served: RemoteServed[] = [];
  const toServed = (found: RemoteModel): RemoteServed => {
    const server = { ...found.server, onUnreachable: () => watched.suspect() };
    const remote = { ...found, server, card: { ...found.card, response_tag: responseTag } };
    const preparation = { defaults: options.defaults, fetchPicture };
    const places = new Places(options.limitConcurrency);
    const served = placedSpeaker(preparedSpeaker(toSpeaker(remote), preparation), places);
    return { remote, preparation, served, prompted: promptedSpeaker(served), places };
  };
  const events = {
    onAsked,
    onFound: ({ models: found, doubt }: FoundModels) => {
      if (doubt !== null) log(`${doubt} It is asked for all the same.`);
      served = found.map(toServed);
      log(`${urlInWords(options.url)}${throughProxy(options, proxies)}: ${describe(served)}`);
      for (const model of served) {
        models.add(model);
        registrations.open(model);
      }
    },
    onAway: () => {
      for (const model of served) {
        models.remove(model);
        registrations.leave(model);
      }
    },
    log,
  };
  const watched = new UpstreamWatch(options, client, events, pauses);
  return watched;
}

function describe(served: readonly RemoteServed[]): string {
  const upstream = served[0]?.remote.card.upstream;
  const kind = [upstream?.kind, upstream?.version].filter(Boolean).join(" ");
  return `${kind}, serves ${served.map(({ remote }) => namesInWords(remote)).join(", ")}`;
}

/** `gpt-4o (also qwen) as Qwen/Qwen3-8B`: its names here, and the one there. */
function namesInWords({ card: { id, aliases }, upstreamModel }: RemoteModel): string {
  const also = aliases.length > 0 ? ` (also ${aliases.join(", ")})` : "";
  return `${id}${also}${upstreamModel === id ? "" : ` as ${upstreamModel}`}`;
}

function throughProxy({ url }: RemoteModelOptions, proxies: ProxyChoice): string {
  const proxy = proxies(new URL(url));
  return proxy === null ? "" : ` through the proxy ${urlInWords(proxy)}`;
}
