/** @file What `fastchat up` says of itself to whoever started it. */
import type { FastChatConfig } from "../protocol/config.ts";
import { version } from "../protocol/version.ts";
import type { Paint } from "./terminal.ts";

/** The first lines: what starts, and what it is not. */
export function banner(config: FastChatConfig, paint: Paint): string {
  const count = config.models.length;
  const what = count === 0 ? "the embedded models" : count === 1 ? "1 model" : `${count} models`;
  return [
    `${paint("bold", `FastChat ${version()}`)}: starting ${what} …`,
    ...(count === 0 ? [paint("yellow", embeddedNote)] : []),
  ].join("\n");
}

const embeddedNote =
  "No models were named, so the two embedded ones are served. They are very small and know a little;\n" +
  "for a real one: fastchat --model-path FILE.gguf, or hf:owner/repo[:quant].";

type Ready = {
  url: string;
  model: string | undefined;
  locked: boolean;
  open: boolean;
};

/** How to use what is ready now: the URL, and a line to paste. */
export function readyNotes({ url, model = "MODEL", locked, open }: Ready): string {
  const body = {
    model,
    messages: [{ role: "user", content: "Hello!" }],
    stream: true,
  };
  const key = locked ? ` -H "Authorization: Bearer $FASTCHAT_API_KEY"` : "";
  return [
    `OpenAI API: ${url}/v1`,
    `Metrics for Prometheus: ${url}/metrics`,
    ...(open ? ["Anybody on the network may use it: there is no API key."] : []),
    "Try it:",
    `  curl -N ${url}/v1/chat/completions${key} -H "Content-Type: application/json" \\`,
    `    -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`,
    `  fastchat chat --api-base ${url}/v1`,
  ].join("\n");
}
