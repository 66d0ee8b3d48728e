/** @file `--help` of what serves models, as a newcomer's terminal of 80 columns shows it. */
import { describe, expect, test } from "vitest";
import { fromFlags } from "../../src/cli/model-flags.ts";
import { modelsCommand } from "../../src/cli/models.ts";
import { upCommand } from "../../src/cli/up.ts";
import { workerCommand } from "../../src/cli/worker.ts";

function helpOf(command: ReturnType<typeof workerCommand>): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 80 });
  command.outputHelp();
  return help;
}

describe.each([
  ["worker", workerCommand],
  ["up", upCommand],
  ["models", modelsCommand],
] as const)("fastchat %s --help", (_, make) => {
  test("fits the terminal, and ends with examples", () => {
    const help = helpOf(make());
    const wide = help.split("\n").filter(({ length }) => length > 80);
    expect(wide).toEqual([]);
    expect(help).toContain("\nExamples:\n");
  });
});

describe("fastchat worker --help", () => {
  test("stands each flag under a heading", () => {
    const help = helpOf(workerCommand());
    const headings = help.split("\n").filter((line) => /^[A-Z].*:$/.test(line));
    expect(headings).toEqual([
      "A model in a file:",
      "Where it computes:",
      "Its KV cache:",
      "Reading more than it was trained on (default: as its file says):",
      "Conversations that are kept:",
      "LoRA adapters:",
      "Speculative decoding (guessed tokens, checked several at a time):",
      "What it serves, and how prompts are made:",
      "A model of another server:",
      "Models of other servers, from a file:",
      "Where the worker is, and who may reach it:",
      "Options:",
      "Examples:",
    ]);
    expect(help).toMatch(/\nOptions:\n {2}-h, --help +display help for command\n\n/);
  });

  test("shows commands that may be typed", () => {
    const commands = helpOf(workerCommand()).match(/^ {4}fastchat worker .*$/gm) ?? [];
    expect(commands.length).toBeGreaterThan(5);
    for (const line of commands) {
      const flags = line.trim().split(" ").slice(2);
      const options = workerCommand()
        .action(() => {})
        .parse(flags, { from: "user" })
        .opts();
      if (options.backend === undefined) expect(fromFlags(options).path).toMatch(/gguf/i);
    }
  });
});
