/** @file Where the known providers of models are, and which environment variables hold their keys. */
import { UsageError } from "../errors/usage-error.ts";
import type { Backend } from "../protocol/remote-config.ts";
import { serverAddress } from "../remote/server-address.ts";
import type { ServerKindName } from "../remote/server-kinds.ts";

export const usualUpstreams: Record<Backend, string> = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
  gemini: "https://generativelanguage.googleapis.com",
};

/** In the order in which they are looked at. */
const keyVariables: Partial<Record<ServerKindName, string[]>> = {
  openai: ["OPENAI_API_KEY"],
  azure: ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_KEY"],
  mistral: ["MISTRAL_API_KEY"],
  cohere: ["COHERE_API_KEY", "CO_API_KEY"],
  gemini: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
  together: ["TOGETHER_API_KEY"],
  groq: ["GROQ_API_KEY"],
  openrouter: ["OPENROUTER_API_KEY"],
  deepseek: ["DEEPSEEK_API_KEY"],
  nvidia: ["NVIDIA_API_KEY"],
  anthropic: ["ANTHROPIC_API_KEY"],
};

/**
 * The key that its own host is sent; no other server ever sees it.
 *
 * @param kind Whose host it is, where that is known otherwise.
 * @throws {UsageError} it is a provider's, who answers nobody without a key, and there is none.
 */
export function usualKey(
  url: string,
  kind: ServerKindName | null = serverAddress(url).kind,
): string | undefined {
  const names = (kind && keyVariables[kind]) ?? [];
  const key = names.map((name) => process.env[name]).find(Boolean);
  if (key !== undefined || names.length === 0) return key;
  throw new UsageError(
    `${new URL(url).host} answers nobody without a key: set the environment variable ${names.join(" or ")}, or name another one with --api-key-env (api_key_env in models.yaml).`,
  );
}
