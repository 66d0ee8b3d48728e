/** @file `fastchat data`: one command for all tools that prepare conversations. */
import { Command } from "commander";
import { filterCommands } from "./data-filter-commands.ts";
import { lookCommands } from "./data-look-commands.ts";
import { preferencesCommand } from "./data-preferences.ts";
import { prepareCommand } from "./data-prepare.ts";
import { renderCommand } from "./data-render.ts";
import { setCommands } from "./data-set-commands.ts";

const notes = `
FILE has conversations in FastChat's and ShareGPT's format (conversations of from and value), OpenAI's
(messages) or Alpaca's (instruction, input, output), also mixed: JSON, JSON Lines, CSV or Parquet, gzipped or
not; a folder means all such files in it. Large files are read piece by piece. The result goes to --out, the
counts to stderr. Of each row its messages, tools, id, model and language are kept, and nothing else.

Examples:
  fastchat data stats chats.jsonl
  fastchat data clean sharegpt_html.json --out clean.jsonl
  fastchat data split-long clean.jsonl --model-path model.gguf --out split.jsonl
  fastchat data dedup a.jsonl b.json --out one.jsonl
  fastchat data convert alpaca_data.json --to openai --out chats.jsonl
  fastchat data preferences --out votes.jsonl
  fastchat data render messages.json --template vicuna_v1.1
  fastchat data clean html.json | fastchat data language - --keep English --out english.jsonl`;

export function dataCommand(): Command {
  const command = new Command("data")
    .description("Clean, cut, mix and look at conversations before a model learns from them.")
    .usage("<tool> [options] [file...]")
    .argument("[tool...]")
    .addHelpText("after", notes)
    .action(([tool]: string[]) => {
      if (tool === undefined) command.help();
      command.error(`error: unknown tool '${tool}'; see fastchat data --help`);
    });
  const tools = [...filterCommands(), ...setCommands(), prepareCommand(), ...lookCommands()];
  for (const tool of [...tools, preferencesCommand(), renderCommand()])
    command.addCommand(tool.exitOverride().configureOutput({ writeErr: () => {} }));
  return command;
}
