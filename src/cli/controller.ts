/** @file `fastchat controller`: options in, `serveController` out. */
import { Command, Option } from "commander";
import { z } from "zod";
import { Port } from "../protocol/config.ts";
import { dispatchMethods } from "../protocol/registry.ts";
import { openDataFolder } from "./data-folder.ts";
import { checkFlags, list, number, readJoinToken, requireLock } from "./flags.ts";
import { serveUntilStopped } from "./lifetime.ts";

const notes = `
Workers and apis that join must know the join token, if there is one. FastChat's Python workers send it
from their controller's address, http://worker:TOKEN@host:21001; without it, --allow-workers lets them in.

Examples:
  fastchat controller
  FASTCHAT_JOIN_TOKEN=secret fastchat controller --host 0.0.0.0
  FASTCHAT_JOIN_TOKEN=secret fastchat controller --host 0.0.0.0 --allow-workers http://10.0.0.5:21002`;

export function controllerCommand(): Command {
  return new Command("controller")
    .description("Keep the list of live workers and tell every api about them.")
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--port <port>", "0 takes any free one", number, 21_001)
    .addOption(
      new Option("--dispatch-method <method>", "how a worker is chosen for a request")
        .choices(dispatchMethods)
        .default("auto"),
    )
    .option("--join-token <token>", "what workers must know to join (better: FASTCHAT_JOIN_TOKEN)")
    .option(
      "--data-dir <folder>",
      "where its epoch is kept, so that an older controller is refused",
    )
    .option(
      "--allow-workers <a,b>",
      "addresses of FastChat's Python workers that need no token: URLs, hosts, host:port, ranges",
      list,
    )
    .option("--insecure", "listen beyond this machine without a join token")
    .addHelpText("after", notes)
    .action(async (options) => {
      const { port } = checkFlags(z.object({ port: Port }), options);
      const joinToken = readJoinToken(options.joinToken);
      requireLock(options.host, joinToken !== undefined, "--join-token", options.insecure);
      const { serveController } = await import("../controller/serve.ts");
      const { host, dispatchMethod, dataDir, allowWorkers: allowedWorkers } = options;
      if (dataDir !== undefined) openDataFolder(dataDir);
      const say = (line: string) => console.error(line);
      await serveUntilStopped("controller", () =>
        serveController({ host, port, dispatchMethod, joinToken, dataDir, allowedWorkers, say }),
      );
    });
}
