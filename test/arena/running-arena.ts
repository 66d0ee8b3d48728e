/** @file A whole arena for a test: models that follow the prompt, a store of its own, a page. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { z } from "zod";
import { type ArenaOptions, type RunningArena, serveArena } from "../../src/arena/serve.ts";
import { ArenaConfig } from "../../src/protocol/arena-config.ts";
import { type ModelApi, type ModelApiOptions, serveModelApi } from "./model-api.ts";
import { Visitor } from "./visitor.ts";

export const adminKey = "the-key-of-the-admin";

export type Stage = {
  arena: RunningArena;
  api: ModelApi;
  dataDir: string;
  /** Somebody new, who has agreed to the terms. */
  visitor(headers?: Record<string, string>): Promise<Visitor>;
  /** Starts the arena anew over the same store. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function stageArena(
  config: z.input<typeof ArenaConfig> = {},
  models: ModelApiOptions = {},
  more: Partial<ArenaOptions> = {},
): Promise<Stage> {
  const api = await serveModelApi(models);
  const dataDir = mkdtempSync(join(tmpdir(), "fastchat-arena-"));
  const open = (port: number) =>
    serveArena({
      host: "127.0.0.1",
      port,
      apiUrl: api.url,
      dataDir,
      adminKey,
      config: ArenaConfig.parse(config),
      ...more,
    });
  const stage: Stage = {
    arena: await open(0),
    api,
    dataDir,
    visitor: (headers) => new Visitor(stage.arena.url, headers).agree(),
    restart: async () => {
      const { port } = stage.arena;
      await stage.arena.close();
      await wait(20); // fetch must hear that its kept connections are gone
      stage.arena = await open(port);
    },
    close: async () => {
      await stage.arena.close();
      await api.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return stage;
}
