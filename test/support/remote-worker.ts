/** @file A worker in front of stubs, and one question to it. */
import { type RemoteModelOptions, serveRemoteWorker } from "../../src/worker/serve-remote.ts";
import { eventually } from "./eventually.ts";
import { keep } from "./started.ts";
import type { UpstreamStub } from "./upstream-stub.ts";

export function remoteModel(
  stub: Pick<UpstreamStub, "url">,
  more: Partial<RemoteModelOptions> = {},
): RemoteModelOptions {
  return {
    backend: "openai",
    url: stub.url,
    names: [],
    vision: "auto",
    contextSize: "auto",
    capabilities: null,
    silenceMs: 2000,
    defaults: {},
    limitConcurrency: 256,
    allowedImageHosts: [],
    ...more,
  };
}

/** Resolves once all its servers have answered. */
export async function startRemote(
  models: RemoteModelOptions[],
  more: Partial<Parameters<typeof serveRemoteWorker>[0]> = {},
) {
  const lines: string[] = [];
  const worker = keep(
    await serveRemoteWorker({
      models,
      host: "127.0.0.1",
      port: 0,
      healthMs: 50,
      retryMs: 50,
      log: (line) => lines.push(line),
      ...more,
    }),
  );
  const served = () => fetch(`${worker.url}/v1/models`).then((it) => it.json() as Promise<Listed>);
  await eventually(async () => {
    const { data } = await served();
    return data.length >= models.length;
  });
  return { ...worker, lines, served };
}

type Listed = { data: { id: string; [key: string]: unknown }[] };

export function post(url: string, path: string, body: object): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
