/** @file `fastchat api`: options in, `serveApi` out. */
import { Command } from "commander";
import { z } from "zod";
import { Address, Port } from "../protocol/config.ts";
import { checkFlags, list, number, readApiKeys, readJoinToken, requireLock } from "./flags.ts";
import { serveUntilStopped } from "./lifetime.ts";

const notes = `
Examples:
  fastchat api --port 8000
  fastchat api --worker-addresses http://127.0.0.1:21002,http://127.0.0.1:21003
  FASTCHAT_API_KEYS=key1,key2 fastchat api --host 0.0.0.0`;

export function apiCommand(): Command {
  return new Command("api")
    .description("Serve the OpenAI API; each request goes to the best of the controller's workers.")
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--port <port>", "0 takes any free one", number, 8000)
    .option("--controller-address <url>", "where the controller is", "http://127.0.0.1:21001")
    .option("--worker-addresses <a,b>", "serve from these workers, without a controller", list)
    .option("--api-keys <a,b>", "keys clients must send (better: FASTCHAT_API_KEYS)", list)
    .option("--api-keys-file <file>", "the same, one key a line")
    .option(
      "--allowed-origins <a,b>",
      "web pages that may call from a browser (default: this machine's)",
      list,
    )
    .option("--join-token <token>", "the controller's join token (better: FASTCHAT_JOIN_TOKEN)")
    .option("--insecure", "listen beyond this machine without an API key")
    .addHelpText("after", notes)
    .action(async (options) => {
      const { port } = checkFlags(z.object({ port: Port, controller_address: Address }), {
        ...options,
        controller_address: options.controllerAddress,
      });
      const apiKeys = readApiKeys(options.apiKeys, options.apiKeysFile);
      requireLock(options.host, apiKeys.length > 0, "--api-keys", options.insecure);
      const joinToken = readJoinToken(options.joinToken);
      const { serveApi } = await import("../api/serve.ts");
      const { host, controllerAddress, workerAddresses, allowedOrigins } = options;
      await serveUntilStopped("api", () =>
        serveApi({
          host,
          port,
          joinToken,
          apiKeys,
          allowedOrigins,
          ...(workerAddresses ? { workers: workerAddresses } : { controllerAddress }),
          onControllerState: (state) => console.error(state),
        }),
      );
    });
}
