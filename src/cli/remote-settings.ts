/** @file A model that another server computes, from `models.yaml`, as the worker takes it. */
import { UsageError } from "../errors/usage-error.ts";
import { urlInWords } from "../http/url-in-words.ts";
import type { RemoteConfig } from "../protocol/remote-config.ts";
import type { RemoteModelOptions } from "../worker/serve-remote.ts";
import { usualKey, usualUpstreams } from "./providers.ts";

/**
 * @param apiKey None: as the environment has it.
 * @throws {UsageError} its address holds a password, or there is no key for it where it needs one.
 */
export function toRemoteModel(model: RemoteConfig, apiKey?: string): RemoteModelOptions {
  const { temperature, top_p, max_tokens, upstream_kind: kind } = model;
  const url = model.upstream ?? usualUpstreams[model.backend];
  assertNoPassword(url);
  return {
    backend: model.backend,
    url,
    kind: kind === "auto" ? null : kind,
    apiKey: apiKey ?? (model.api_key_env === null ? usualKey(url) : keyIn(model.api_key_env)),
    upstreamModel: model.upstream_model ?? undefined,
    names: model.names,
    vision: model.vision,
    contextSize: model.context_size,
    capabilities: model.capabilities,
    extraBody: model.extra_body,
    streams: model.streams,
    silenceMs: model.upstream_timeout * 1000,
    defaults: {
      ...(temperature !== null && { temperature }),
      ...(top_p !== null && { top_p }),
      ...(max_tokens !== null && { max_tokens }),
    },
    limitConcurrency: model.limit_worker_concurrency,
    allowedImageHosts: model.allowed_image_hosts,
  };
}

function assertNoPassword(url: string): void {
  const { username, password } = new URL(url);
  if (username === "" && password === "") return;
  throw new UsageError(
    `The address ${urlInWords(url)} is given with a name or a password: leave them out, and name the environment variable that holds the key with --api-key-env (api_key_env in models.yaml).`,
  );
}

function keyIn(variable: string): string {
  const key = process.env[variable];
  if (key) return key;
  throw new UsageError(
    `The environment variable ${variable}, which is to hold an API key, is not set.`,
  );
}
