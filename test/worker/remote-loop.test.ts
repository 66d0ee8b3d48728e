/** @file A worker whose server is the api in front of it. */
import { expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import { serveController } from "../../src/controller/serve.ts";
import { serveRemoteWorker } from "../../src/worker/serve-remote.ts";
import { eventually } from "../support/eventually.ts";
import { post, remoteModel } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";

const host = "127.0.0.1";

test.each([
  ["/v1/chat/completions", { stream: false }, {}],
  ["/v1/chat/completions", { stream: true }, {}],
  ["/v1/messages", { max_tokens: 9 }, {}],
  ["/v1/chat/completions", { stream: true }, { streams: false }],
])(
  "a request that leads back to itself ends in one sentence: %s %o %o",
  async (path, asked, is) => {
    const controller = keep(await serveController({ host, port: 0 }));
    const api = keep(await serveApi({ host, port: 0, controllerAddress: controller.url }));
    const itself = remoteModel(api, { kind: "fastchat", upstreamModel: "m", names: ["m"], ...is });
    keep(
      await serveRemoteWorker({
        models: [itself],
        host,
        port: 0,
        retryMs: 50,
        controllerAddress: controller.url,
      }),
    );
    const body = { model: "m", messages: [{ role: "user", content: "x" }], ...asked };
    await eventually(async () => {
      const { data } = (await (await fetch(`${api.url}/v1/models`)).json()) as { data: object[] };
      return data.length === 1;
    });
    const response = await post(api.url, path, body);
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/The request has come through 8 servers of FastChat/);
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    expect(metrics).toMatch(/^fastchat_api_workers_ejected 0$/m);
  },
);
