/** @file LoRA adapters while the worker runs: llama-server's list and scales, vLLM's load and unload. */
import { basename } from "node:path";
import { Hono } from "hono";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { readJson } from "../../http/json.ts";
import {
  LoadLoraRequest,
  type LoraAdapter,
  LoraScales,
  UnloadLoraRequest,
} from "../../protocol/lora.ts";
import type { Adapter, Adapters } from "../adapters.ts";
import { loraFile } from "../lora-folder.ts";

/** @param folder From which files may be loaded. */
export function adapterRoutes(
  ready: () => { adapters: Adapters },
  folder: string | undefined,
): Hono {
  return new Hono()
    .get("/lora-adapters", (c) => c.json(ready().adapters.all.map(toEntry)))
    .post("/lora-adapters", async (c) => {
      const { adapters } = ready();
      adapters.setScales(await readJson(c, LoraScales));
      return c.json({ success: true });
    })
    .post("/v1/load_lora_adapter", async (c) => {
      const { adapters } = ready();
      const { lora_name: name, lora_path: path } = await readJson(c, LoadLoraRequest);
      const file = await loraFile(folder, path);
      await adapters.load(name, file).catch((error) => {
        throw withoutFolder(error, file, path);
      });
      return c.text(`Success: LoRA adapter '${name}' added successfully.`);
    })
    .post("/v1/unload_lora_adapter", async (c) => {
      const { adapters } = ready();
      const { lora_name: name } = await readJson(c, UnloadLoraRequest);
      adapters.unload(name);
      return c.text(`Success: LoRA adapter '${name}' removed successfully.`);
    });
}

function toEntry({ id, name, path, scale }: Adapter): LoraAdapter {
  return { id, name, path: basename(path), scale, task_name: "", prompt_prefix: "" };
}

/** Where the folder lies is nobody's business. */
function withoutFolder(error: unknown, file: string, path: string): unknown {
  if (!(error instanceof InvalidRequestError)) return error;
  return new InvalidRequestError(error.message.replaceAll(file, path), error.param, error.code);
}
