/** @file The `fastchat` command: which subcommands there are, and what becomes of their failures. */
import { Command, CommanderError } from "commander";
import { isSystemError } from "../errors/system-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { version } from "../protocol/version.ts";
import { inItsWords, inOurWords } from "./command-words.ts";
import { FlagError } from "./flag-error.ts";
import { Interrupted } from "./interruption.ts";
import { isSupervised, tellParent } from "./lifetime.ts";

/** Subcommands are loaded when they are named: `fastchat --help` reads none of them. */
const commands: Record<string, { summary: string; load: () => Promise<Command> }> = {
  up: {
    summary: "start everything: controller, api, Arena and one worker per model (the default)",
    load: async () => (await import("./up.ts")).upCommand(),
  },
  controller: {
    summary: "keep the list of live workers",
    load: async () => (await import("./controller.ts")).controllerCommand(),
  },
  worker: {
    summary: "serve one GGUF model",
    load: async () => (await import("./worker.ts")).workerCommand(),
  },
  api: {
    summary: "serve the OpenAI API over all workers",
    load: async () => (await import("./api.ts")).apiCommand(),
  },
  arena: {
    summary: "serve the Arena: people compare models, blind, and vote",
    load: async () => (await import("./arena.ts")).arenaCommand(),
  },
  chat: {
    summary: "talk to a model in the terminal",
    load: async () => (await import("./chat.ts")).chatCommand(),
  },
  data: {
    summary: "clean, cut, mix and look at conversations to learn from",
    load: async () => (await import("./data.ts")).dataCommand(),
  },
  train: {
    summary: "teach a model conversations, or make a new one from them",
    load: async () => (await import("./train.ts")).trainCommand(),
  },
  rank: {
    summary: "turn battles into ratings with honest intervals",
    load: async () => (await import("./rank.ts")).rankCommand(),
  },
  models: {
    summary: "say which architectures and devices the installed llama.cpp can serve",
    load: async () => (await import("./models.ts")).modelsCommand(),
  },
  bench: {
    summary: "measure an OpenAI-compatible server, or compare two",
    load: async () => (await import("./bench.ts")).benchCommand(),
  },
};

const examples = `
Examples:
  fastchat                                        serve the embedded models on http://127.0.0.1:8000/v1
  fastchat --config models.yaml                   serve the models of a file
  fastchat worker --model-path model.gguf         one worker, registered with a controller
  fastchat arena --api-base http://gpu:8000/v1    an Arena in front of any OpenAI-compatible API
  fastchat chat --model-path model.gguf           talk to a file, no server needed
  fastchat data clean raw.json --out clean.jsonl  conversations worth learning from
  fastchat train --config train.yaml              a LoRA adapter, or a new model, from them
  fastchat rank battles.jsonl --html board.html   a leaderboard from battles
  fastchat bench --url http://127.0.0.1:8000/v1   measure a server

After Ctrl-C a server lets running answers end, for up to 30 s; a second ends it at once.

Exit codes: 0 done, 1 it failed, 2 the command line is wrong, 130 long work was stopped by Ctrl-C.`;

/**
 * Runs one command line to its end.
 *
 * @param argv Without the program's own name: `["worker", "--model-path", "model.gguf"]`.
 * @returns    The exit code: 0 done, 1 failed, 2 wrong usage, 130 stopped.
 */
export async function main(argv: readonly string[]): Promise<number> {
  if (!process.stdout.listeners("error").includes(endOnBrokenOutput))
    process.stdout.on("error", endOnBrokenOutput);
  if (!process.stderr.listeners("error").includes(outliveTheLog))
    process.stderr.on("error", outliveTheLog);
  try {
    const program = await buildProgram(argv);
    await program.parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    return report(error);
  }
}

/** A reader that has seen enough (`| head`) is no failure; a full disk is. */
function endOnBrokenOutput(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  process.exit(complain(`cannot write the output: ${error.message}`, 1));
}

/** A server goes on when nobody reads its log any more. */
function outliveTheLog(): void {}

async function buildProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command("fastchat")
    .description("Serve, compare, evaluate and train chat models on hardware you own.")
    .version(version(), "-v, --version")
    .addHelpText("after", examples);
  const wanted = namedCommand(argv);
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = name === wanted ? await load() : new Command(name);
    program.addCommand(settle(command.summary(summary)), {
      isDefault: name === "up",
    });
  }
  return settle(program);
}

/** Commander must throw, not exit; a wrong option is answered in one line. */
const settle = (command: Command) =>
  command
    .exitOverride((error) => {
      throw inItsWords(command, error);
    })
    .configureOutput({ writeErr: () => {} });

function namedCommand(argv: readonly string[]): string | undefined {
  const name = argv[0] === "help" ? argv[1] : argv[0];
  if (name !== undefined && Object.hasOwn(commands, name)) return name;
  if (argv[0] && argv[0] !== "help" && !argv[0].startsWith("-")) throw new UnknownCommand(argv[0]);
  const onlyAsks = ["help", "-h", "--help", "-v", "--version"].includes(argv[0] ?? "");
  return onlyAsks ? undefined : "up";
}

class UnknownCommand extends CommanderError {
  constructor(name: string) {
    super(2, "fastchat.unknownCommand", `unknown command '${name}'; see fastchat --help`);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (error instanceof Interrupted) return 130;
  if (error instanceof CommanderError) return complain(inOurWords(error.message), 2);
  if (error instanceof FlagError) return complain(error.message, 2);
  if (error instanceof UsageError || isSystemError(error)) return complain(error.message, 1);
  console.error(error);
  return 1;
}

function complain(message: string, exitCode: number): number {
  if (!isSupervised()) console.error(`fastchat: ${message}`);
  tellParent({ type: "refused", message });
  return exitCode;
}
