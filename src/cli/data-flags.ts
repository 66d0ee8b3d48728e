/** @file The flags that the tools of `fastchat data` share; those of FastChat's scripts work, too. */
import { type Command, Option } from "commander";
import { z } from "zod";
import { conversationFormats } from "../data/conversation.ts";
import type { DataFlags, OutputFlags } from "./data-run.ts";
import { checkFlags, number } from "./flags.ts";

/** What commander gives of the shared flags. */
export type Given = Record<string, unknown>;

export function withInputs(command: Command): Command {
  return command
    .argument("[file...]", "conversations: files, folders, or - for stdin")
    .addOption(new Option("--in-file, --in <file...>", "FastChat's flag").hideHelp())
    .option("--begin <n>", "only from this conversation on, counted from 0", number)
    .option("--end <n>", "only those before this one", number)
    .option("--skip-bad", "leave rows out that are no conversation, and count them");
}

export function withOutput(command: Command): Command {
  return command
    .option("--out <file>", "where to: .jsonl, .json, .gz of either; - is stdout (default: -)")
    .addOption(new Option("--out-file <file>", "FastChat's flag").hideHelp())
    .addOption(
      new Option("--to <format>", "how rows are written (default: as they were)").choices(
        conversationFormats,
      ),
    );
}

const Inputs = z.object({
  begin: z.int().min(0).default(0),
  end: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
  skip_bad: z.boolean().default(false),
  in: z.array(z.string()).default([]),
});

/** @throws {CommanderError} no file is named. */
export function toInputs(files: readonly string[], given: Given, command: Command): DataFlags {
  const flags = checkFlags(Inputs, {
    begin: given.begin,
    end: given.end,
    skip_bad: given.skipBad,
    in: given.in,
  });
  const inputs = [...files, ...flags.in];
  if (inputs.length === 0) command.error("error: missing required argument 'file'");
  return { inputs, begin: flags.begin, end: flags.end, skipBad: flags.skip_bad };
}

const Output = z.object({
  out: z.string().min(1).default("-"),
  to: z.enum(conversationFormats).nullable().default(null),
});

export const toOutput = (given: Given): OutputFlags =>
  checkFlags(Output, { out: given.out ?? given.outFile, to: given.to });
