/** @file `fastchat worker`: options in, `serveWorker` out. */
import { Command } from "commander";
import { z } from "zod";
import { Address, type ModelConfig, Port } from "../protocol/config.ts";
import { openDataFolder } from "./data-folder.ts";
import { checkFlags, number, readJoinToken, requireLock } from "./flags.ts";
import { serveUntilStopped } from "./lifetime.ts";
import { addModelFlags, fromFlags, idleFlags } from "./model-flags.ts";
import { toWorkerOptions } from "./model-settings.ts";
import { addRemoteFlags } from "./remote-flags.ts";
import { remoteModels, startRemoteWorker } from "./remote-worker.ts";
import type { WorkerPlace } from "./worker-place.ts";

const notes = `
models.example.yaml has the range and the default of each of a model's settings.
A flag that does nothing beside the others is refused.

Examples:
  A model of the controller that runs on this machine (fastchat controller):
    fastchat worker --model-path ./qwen2.5-0.5b-instruct-q8_0.gguf
    fastchat worker --model-path hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q8_0
  A server on its own:
    fastchat worker --model-path model.gguf --no-register --port 8080
  Adapters that requests choose ("model": "qwen:sql"), and a draft model:
    fastchat worker --model-path qwen.gguf --lora sql.gguf=0
    fastchat worker --model-path big.gguf --draft-model small.gguf
  All models of a vLLM, SGLang, …; one of OpenAI's, its key in OPENAI_API_KEY:
    fastchat worker --backend openai --upstream http://gpu:8000
    fastchat worker --backend openai --upstream-model gpt-4o-mini

Other servers are asked through the proxy in HTTPS_PROXY or HTTP_PROXY, those in
NO_PROXY and on this machine directly; a company's own certificates are read
from the file in NODE_EXTRA_CA_CERTS.`;

export function workerCommand(): Command {
  return addRemoteFlags(addModelFlags(new Command("worker")))
    .description("Serve a GGUF model, or models of other servers, and register with a controller.")
    .optionsGroup("Models of other servers, from a file:")
    .option(
      "--config <file>",
      "the models of a models.yaml that have a backend; - is standard input",
    )
    .option(
      "--register-api-endpoint-file <file>",
      "FastChat's JSON of models behind other people's APIs",
    )
    .optionsGroup("Where the worker is, and who may reach it:")
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--port <port>", "its port; 0 takes any free one", number, 21_002)
    .option("--worker-address <url>", "where the api reaches this worker (default: its own URL)")
    .option(
      "--controller-address <url>",
      "where the controller is, ours or FastChat's",
      "http://127.0.0.1:21001",
    )
    .option("--no-register", "do not register with a controller")
    .option("--data-dir <folder>", "where downloads are kept (default: your user's data folder)")
    .option("--join-token <token>", "the controller's join token (better: FASTCHAT_JOIN_TOKEN)")
    .option("--insecure", "listen beyond this machine without a join token")
    .addHelpText("after", notes)
    .action(async (options) => {
      const { port } = checkFlags(z.object({ port: Port, controller_address: Address }), {
        ...options,
        controller_address: options.controllerAddress,
      });
      const remote = remoteModels(options);
      const model = remote.length > 0 ? null : fromFlags(options);
      const joinToken = readJoinToken(options.joinToken);
      requireLock(options.host, joinToken !== undefined, "--join-token", options.insecure);
      const place = { ...options, port, joinToken };
      await serveUntilStopped("worker", () =>
        model === null ? startRemoteWorker(remote, place) : startWorker(model, place),
      );
    });
}

/**
 * @throws {UsageError} the model cannot be found, or not be served.
 * @throws {FlagError} a setting does nothing beside the others.
 */
export async function startWorker(model: ModelConfig, options: WorkerPlace) {
  for (const remark of idleFlags(model)) console.error(remark);
  const settings = toWorkerOptions(model); // before a download: they may be wrong
  const { resolveModel } = await import("../models/resolve.ts");
  const { modelName } = await import("../models/model-name.ts");
  const { serveWorker } = await import("../worker/serve.ts");
  const { dataDir, workerAddress, joinToken } = options;
  if (dataDir !== undefined) openDataFolder(dataDir);
  const resolve = (path: string) =>
    resolveModel(path, {
      onProgress: progressLine(),
      ...(dataDir !== undefined && { dataDir }),
      ...(process.env.HF_TOKEN && { token: process.env.HF_TOKEN }),
    });
  const modelPath = await resolve(model.path);
  const { speculation } = settings;
  const draftModel = speculation?.draftModel && (await resolve(speculation.draftModel));
  const [first = modelName(modelPath), ...others] = model.names;
  return serveWorker({
    ...settings,
    ...(speculation && { speculation: { ...speculation, draftModel: draftModel ?? null } }),
    modelPath,
    names: [first, ...others],
    host: options.host,
    port: options.port,
    controllerAddress: options.controllerAddress,
    register: options.register,
    log: (line) => console.error(line),
    ...(workerAddress !== undefined && { workerAddress }),
    ...(joinToken !== undefined && { joinToken }),
  });
}

const progressEveryMs = 2000;

/** Says now and then how far a download is. */
function progressLine(): (progress: { totalBytes: number; downloadedBytes: number }) => void {
  let next = 0;
  return ({ totalBytes, downloadedBytes }) => {
    if (Date.now() < next || totalBytes === 0) return;
    next = Date.now() + progressEveryMs;
    const percent = Math.floor((downloadedBytes / totalBytes) * 100);
    console.error(`downloading: ${percent} % of ${(totalBytes / 1e6).toFixed(0)} MB`);
  };
}
