/**
 * @file Everything on one machine: controller and api in this process, one child per model, and one
 * for the Arena.
 */
import { randomBytes } from "node:crypto";
import { serveApi } from "../api/serve.ts";
import { serveController } from "../controller/serve.ts";
import { UsageError } from "../errors/usage-error.ts";
import { isLoopback } from "../http/host-guard.ts";
import { listModels } from "../http/openai-client.ts";
import type { RunningServer } from "../http/serve.ts";
import { defaultDataDir } from "../models/data-dir.ts";
import { embeddedModels } from "../models/embedded.ts";
import { modelName } from "../models/model-name.ts";
import { type FastChatConfig, isRemote, ModelConfig } from "../protocol/config.ts";
import type { RemoteConfig } from "../protocol/remote-config.ts";
import { banner, readyNotes } from "./banner.ts";
import { openDataFolder } from "./data-folder.ts";
import { readJoinToken } from "./flags.ts";
import { stopRequest, tellParent } from "./lifetime.ts";
import { listening } from "./listening.ts";
import { toFlags } from "./model-flags.ts";
import { announceUp } from "./running-up.ts";
import { selfArgs } from "./self.ts";
import { type ChildSpec, Supervisor } from "./supervisor.ts";
import { type Colour, painter } from "./terminal.ts";
import { chooseArenaPort, SupervisedArena } from "./up-arena.ts";

type Running = {
  controller: RunningServer;
  api: RunningServer;
  joinToken: string;
};

/** A stopped model gets this long after the api's last answer. */
const workerGraceMs = 5000;
const arenaGraceMs = 5000;

/**
 * Runs until it is asked to stop.
 *
 * @throws {UsageError} none of the models can be served.
 */
export async function runUp(config: FastChatConfig): Promise<void> {
  const killed = new AbortController();
  let api: RunningServer | undefined;
  const stop = stopRequest({
    onSecond: () => killed.abort(),
    openRequests: () => api?.openRequests(),
  });
  const dataDir = config.data_dir ?? defaultDataDir();
  openDataFolder(dataDir);
  const models = config.models.length > 0 ? config.models : embedded();
  console.error(banner(config, painter(process.stderr)));
  const running = await startServers(config, dataDir);
  const { joinToken, controller } = running;
  api = running.api;
  const forget = announceUp(dataDir, { controller: controller.url, join_token: joinToken });
  const files = models.filter((model): model is ModelConfig => !isRemote(model));
  const given = [
    ...distinct(files.map((model) => toSpec(model, running, dataDir))),
    ...toRemoteSpecs(models.filter(isRemote), running),
  ];
  const first = files.length > 0 ? given[0]?.name : undefined;
  const arena = await arenaFor(config, running.api.url, dataDir);
  const { supervisor, allGone } = superviseModels(given, async () => {
    await announce(config, running.api, first);
    if (arena) await announceArena(arena);
  });
  killed.signal.addEventListener("abort", () => {
    supervisor.kill();
    arena?.kill();
  });
  try {
    const graceMs = await Promise.race([stop, allGone]);
    void arena?.stop(arenaGraceMs); // or the api would wait for the answers that its visitors read
    await running.api.close(graceMs);
  } finally {
    forget();
    await Promise.all([supervisor.stop(workerGraceMs), arena?.stop(arenaGraceMs)]);
    await Promise.all([running.api.close(0), running.controller.close(0)]);
  }
}

async function startServers(config: FastChatConfig, dataDir: string): Promise<Running> {
  const { host, api_keys, allowed_origins, allow_workers } = config;
  const chosenToken = readJoinToken();
  const joinToken = chosenToken ?? randomBytes(24).toString("base64url");
  const controllerFlags = { host: "--host", port: "--controller-port" };
  const controller = await listening(controllerFlags, () =>
    serveController({
      // Nobody else can know a random token: such a controller has no business on the network, unless
      // there are workers that need none.
      host: chosenToken === undefined && allow_workers.length === 0 ? "127.0.0.1" : host,
      port: config.controller_port,
      dispatchMethod: config.dispatch_method,
      joinToken,
      allowedWorkers: allow_workers,
      say: (line) => console.error(line),
      dataDir,
    }),
  );
  try {
    const api = await listening({ host: "--host", port: "--api-port" }, () =>
      serveApi({
        host,
        port: config.api_port,
        controllerAddress: controller.url,
        joinToken,
        apiKeys: api_keys,
        allowedOrigins: allowed_origins ?? undefined,
      }),
    );
    return { controller, api, joinToken };
  } catch (error) {
    await controller.close(0);
    throw error;
  }
}

async function arenaFor(config: FastChatConfig, apiUrl: string, dataDir: string) {
  const port = await chooseArenaPort(config);
  return port === null ? undefined : new SupervisedArena(config, { apiUrl, dataDir, port });
}

async function announceArena(arena: SupervisedArena): Promise<void> {
  arena.start();
  console.error(`Arena: ${await arena.ready}`);
}

function embedded(): ModelConfig[] {
  return embeddedModels().map((path) => ModelConfig.parse({ path }));
}

function toSpec(
  model: ModelConfig,
  { controller, joinToken }: Running,
  dataDir: string,
): ChildSpec {
  const where = ["--port=0", `--controller-address=${controller.url}`, `--data-dir=${dataDir}`];
  return {
    name: model.names[0] ?? modelName(model.path.replace(/^hf:/, "")),
    args: selfArgs("worker", ...toFlags(model), ...where),
    env: { FASTCHAT_JOIN_TOKEN: joinToken },
  };
}

/** One process for all models of other servers. What it is told is no argument: others see those. */
function toRemoteSpecs(models: RemoteConfig[], { controller, joinToken }: Running): ChildSpec[] {
  if (models.length === 0) return [];
  const where = ["--port=0", `--controller-address=${controller.url}`];
  return [
    {
      name: "remote",
      args: selfArgs("worker", "--config=-", ...where),
      env: { FASTCHAT_JOIN_TOKEN: joinToken },
      input: JSON.stringify({ models }),
    },
  ];
}

/** Two workers of one model are told apart in the log: `qwen`, `qwen#2`. */
function distinct(specs: ChildSpec[]): ChildSpec[] {
  return specs.map((spec, i) => {
    const same = specs.slice(0, i).filter(({ name }) => name === spec.name).length;
    return same === 0 ? spec : { ...spec, name: `${spec.name}#${same + 1}` };
  });
}

const prefixColours: readonly Colour[] = ["cyan", "magenta", "yellow", "blue", "green"];

function superviseModels(specs: readonly ChildSpec[], onAllStarted: () => void) {
  const paint = painter(process.stderr);
  const colours = new Map(
    specs.map(({ name }, i) => [name, prefixColours[i % prefixColours.length]]),
  );
  const say = (name: string, line: string) =>
    console.error(`${paint(colours.get(name) ?? "dim", `[${name}]`)} ${line}`);
  let left = specs.length;
  const [starting, ready] = [new Set(specs.map(({ name }) => name)), new Set<string>()];
  /** Once every model is up or has failed, and one at least is up. */
  const settled = (name: string) => {
    if (starting.delete(name) && starting.size === 0 && ready.size > 0) onAllStarted();
  };
  let fail: (error: Error) => void = () => {};
  const allGone = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const supervisor = new Supervisor({
    onLine: say,
    onReady: (name) => {
      ready.add(name);
      settled(name);
    },
    onDeath: (name, how, waitMs) => say(name, `died (${how}); starts again in ${waitMs / 1000} s`),
    onGivenUp: (name, why) => {
      say(name, paint("red", `model '${name}' is not served: ${why}`));
      settled(name);
      if (--left === 0) fail(new UsageError("None of the models can be served."));
    },
  });
  for (const spec of specs) supervisor.start(spec);
  return { supervisor, allGone };
}

/** The ready line, once the api itself has heard of the model. */
async function announce(
  { api_keys, host }: FastChatConfig,
  api: RunningServer,
  first: string | undefined,
): Promise<void> {
  const [apiKey] = api_keys;
  const models = await heardModels({ baseUrl: `${api.url}/v1`, apiKey });
  console.log(`fastchat ready at ${api.url}`);
  tellParent({ type: "ready", url: api.url });
  const open = !isLoopback(host) && apiKey === undefined;
  console.error(
    readyNotes({
      url: api.url,
      model: models.find((model) => model === first) ?? models[0],
      locked: apiKey !== undefined,
      open,
    }),
  );
}

const registryWaitMs = 5000;

async function heardModels(server: { baseUrl: string; apiKey: string | undefined }) {
  for (const end = Date.now() + registryWaitMs; Date.now() < end; ) {
    const models = await listModels(server).catch(() => []);
    if (models.length > 0) return models;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return [];
}
