/** @file A worker in front of other servers: flags and files in, `serveRemoteWorker` out. */
import { proxiesIn } from "../http/proxies.ts";
import type { RemoteModelOptions } from "../worker/serve-remote.ts";
import { readRemoteFile } from "./config-file.ts";
import { readEndpointFile } from "./endpoint-file.ts";
import { FlagError } from "./flag-error.ts";
import { fileFlagsIn } from "./model-flags.ts";
import { remoteFlagsIn, remoteFromFlags } from "./remote-flags.ts";
import { toRemoteModel } from "./remote-settings.ts";
import type { WorkerPlace } from "./worker-place.ts";

/**
 * The models of other servers that the flags ask for; none of them: a file's model is meant.
 *
 * @param options What commander made of the flags.
 * @throws {FlagError} flags that do not go together, or a value out of its range.
 * @throws {UsageError} a file is wrong, or a key is not there.
 */
export function remoteModels(options: Record<string, unknown>): RemoteModelOptions[] {
  const { backend, config, registerApiEndpointFile: endpoints } = options;
  if (backend === undefined) refuseRemoteFlags(options);
  if (backend === undefined && config === undefined && endpoints === undefined) return [];
  refuseFileFlags(options);
  return [
    ...(backend === undefined ? [] : [toRemoteModel(remoteFromFlags(options))]),
    ...(config === undefined
      ? []
      : readRemoteFile(String(config)).map((one) => toRemoteModel(one))),
    ...(endpoints === undefined ? [] : endpointModels(String(endpoints))),
  ];
}

function refuseFileFlags(options: Record<string, unknown>): void {
  const [foreign] = fileFlagsIn(options);
  if (foreign !== undefined)
    throw new FlagError(foreign, "is for a model in a file, and does not go with another server's");
}

/** They say something of the one model that `--backend` names. */
function refuseRemoteFlags(options: Record<string, unknown>): void {
  const [foreign] = remoteFlagsIn(options);
  if (foreign === undefined) return;
  const why =
    options.modelPath === undefined
      ? "and goes with --backend alone"
      : "and does not go with a model in a file";
  throw new FlagError(foreign, `is for a model of another server, ${why}`);
}

function endpointModels(path: string): RemoteModelOptions[] {
  const { models, notes } = readEndpointFile(path);
  for (const note of notes) console.error(note);
  return models;
}

/** @throws {UsageError} the environment's proxy for one of them is none. */
export async function startRemoteWorker(models: RemoteModelOptions[], place: WorkerPlace) {
  const proxies = proxiesIn(process.env);
  for (const { url } of models) proxies(new URL(url));
  const { serveRemoteWorker } = await import("../worker/serve-remote.ts");
  const { host, port, workerAddress, joinToken, controllerAddress, register } = place;
  return serveRemoteWorker({
    ...{ models, host, port, workerAddress, joinToken, proxies },
    ...(register && { controllerAddress }),
    log: (line) => console.error(line),
  });
}
