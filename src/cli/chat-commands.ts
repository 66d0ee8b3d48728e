/** @file What a line that begins with / does in `fastchat chat`. */
import type { Conversation } from "./conversation.ts";

/** What the chat does after a command: wait for the next line, ask the model again, or end. */
export type Outcome = {
  next: "continue" | "regenerate" | "exit";
  say?: string;
};

type Command = {
  usage: string;
  about: string;
  run: (conversation: Conversation, argument: string) => Outcome;
};

const go = (say: string): Outcome => ({ next: "continue", say });

const commands: Record<string, Command> = {
  reset: {
    usage: "/reset",
    about: "forget the conversation, keep the system message",
    run: (conversation) => {
      conversation.reset();
      return go("The conversation is forgotten.");
    },
  },
  regen: {
    usage: "/regen",
    about: "answer the last question again",
    run: (conversation) =>
      conversation.takeBackAnswer() ? { next: "regenerate" } : go("Nothing was asked yet."),
  },
  system: {
    usage: "/system TEXT",
    about: "set the system message; without TEXT, take it away",
    run: (conversation, text) => {
      conversation.setSystem(text);
      return go(text ? "The system message is set." : "There is no system message.");
    },
  },
  save: {
    usage: "/save FILE",
    about: "write the conversation to a JSON file",
    run: (conversation, path) => {
      if (!path) return go("Say where: /save FILE");
      conversation.save(path);
      return go(`Saved to ${path}.`);
    },
  },
  load: {
    usage: "/load FILE",
    about: "go on with a saved conversation",
    run: (conversation, path) => {
      if (!path) return go("Say which: /load FILE");
      conversation.load(path);
      return go(`Loaded ${conversation.messages.length} messages from ${path}.`);
    },
  },
  help: { usage: "/help", about: "list the commands", run: () => go(help()) },
  exit: {
    usage: "/exit",
    about: "end the chat",
    run: () => ({ next: "exit" }),
  },
};

/** Runs `/name argument`; undefined when the message is no command. */
export function runCommand(message: string, conversation: Conversation): Outcome | undefined {
  const [, name, argument = ""] = /^\/(\w+)(?:\s+([\s\S]*))?$/.exec(message.trim()) ?? [];
  if (name === undefined) return undefined;
  if (!Object.hasOwn(commands, name)) return go(`There is no /${name}; /help lists what there is.`);
  return commands[name]?.run(conversation, argument.trim());
}

function help(): string {
  const all = Object.values(commands);
  return all.map(({ usage, about }) => `${usage.padEnd(14)}${about}`).join("\n");
}
