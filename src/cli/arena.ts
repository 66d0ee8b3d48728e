/** @file `fastchat arena`: its flags, and what they mean. */
import { Command } from "commander";
import type { ArenaFlags } from "./arena-run.ts";
import { add, number } from "./flags.ts";

const notes = `
Two models, chosen by chance and not named, answer the same prompt; people vote, and the votes make a
leaderboard. models.example.yaml shows what the arena: section of --config may say.

Whoever reaches the page may chat and vote: it asks for no key and needs no --insecure, so think before
you give it a --host beyond this machine. Only the admin's view, /admin, asks for the admin's key.

Behind a reverse proxy: keep the Host header, name the proxy with --trusted-proxy, and, where the Arena
listens on this machine alone, the page's public name with --allowed-host.

Examples:
  fastchat arena
  fastchat arena --api-base https://api.example.com/v1 --api-key-env EXAMPLE_KEY --port 0
  fastchat arena --config models.yaml --trusted-proxy 127.0.0.1 --allowed-host arena.example.com`;

export function arenaCommand(): Command {
  return new Command("arena")
    .description("Serve the Arena, in front of any OpenAI-compatible API.")
    .option("--host <host>", "address to listen on (default: 127.0.0.1)")
    .option("--port <port>", "0 takes any free one (default: 7860)", number)
    .option("--api-base <url>", "the API, with or without /v1 (default: http://127.0.0.1:8000)")
    .option("--api-key-env <name>", "the variable with its key (default: FASTCHAT_API_KEY)")
    .option("--data-dir <folder>", "where votes are kept (default: your user's data folder)")
    .option("--config <file>", "models.yaml: arena, arena_host, arena_port, data_dir; - is stdin")
    .option(
      "--admin-key-file <file>",
      "the admin's key (default: FASTCHAT_ADMIN_KEY, or one that is made and kept)",
    )
    .option(
      "--trusted-proxy <address>",
      "believe X-Forwarded-For of this address or CIDR range; may repeat",
      add,
    )
    .option("--allowed-host <name>", "answer to this name too, on loopback; may repeat", add)
    .addHelpText("after", notes)
    .action(async (flags: ArenaFlags) => {
      const { runArena } = await import("./arena-run.ts");
      await runArena(flags);
    });
}
