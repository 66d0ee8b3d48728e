/**
 * @file The child process in which chat templates are rendered: a template and its variables in,
 * a text or a failure out.
 *
 * It loads llama.cpp's Jinja engine from node-llama-cpp's addon and nothing else, and it is
 * expendable: `template-renderer.ts` starts another one.
 */
import { createRequire } from "node:module";
import { siblingThread } from "./sibling-module.ts";
import type { Watch } from "./template-watchdog.ts";

/** `template` is left out when it is the one of the request before. */
export type RenderRequest = {
  template?: string;
  variables: Record<string, unknown>;
};
export type RenderReply = { text: string } | { failure: string };

/** What the child is told on its command line, as JSON. */
export type TemplateProcessOptions = {
  addonFile: string;
  limitMs: number;
  limitBytes: number;
};

/** The part of node-llama-cpp's addon that we call; it needs no model and no backend. */
type Addon = {
  AddonJinjaRenderer: new (
    template: string,
  ) => { render(variables: Record<string, unknown>): string };
};

/** Far beyond any context; a longer text would only be copied about. */
const maxCharacters = 32 * 1024 * 1024;

function serveRenders({ addonFile, limitMs, limitBytes }: TemplateProcessOptions): void {
  const { AddonJinjaRenderer } = createRequire(import.meta.url)(addonFile) as Addon;
  const rendering = startWatchdog({ limitMs, limitBytes });
  let renders = 0;
  let renderer: InstanceType<Addon["AddonJinjaRenderer"]> | undefined;

  function reply({ template, variables }: RenderRequest): RenderReply {
    try {
      if (template !== undefined) renderer = new AddonJinjaRenderer(template);
      const text = renderer?.render(variables) ?? "";
      return text.length > maxCharacters
        ? { failure: `the text has more than ${maxCharacters} characters` }
        : { text };
    } catch (error) {
      return {
        failure: error instanceof Error ? error.message : String(error),
      };
    }
  }

  process.on("message", (request: RenderRequest) => {
    renders = (renders + 1) & 0x7fffffff || 1;
    Atomics.store(rendering, 0, renders);
    Atomics.notify(rendering, 0);
    const answer = reply(request);
    Atomics.store(rendering, 0, 0);
    process.send?.(answer);
  });
  process.on("disconnect", () => process.exit()); // the parent is gone
}

function startWatchdog(limits: Omit<Watch, "rendering">): Int32Array {
  const rendering = new SharedArrayBuffer(4);
  const workerData: Watch = { ...limits, rendering };
  siblingThread(import.meta.url, "./template-watchdog", { workerData }).unref();
  return new Int32Array(rendering);
}

serveRenders(JSON.parse(process.argv[2] ?? "{}"));
