/** @file What commander says of a wrong command line, in one line of our own. */
import type { Command, CommanderError } from "commander";

/** With what only the command itself knows of its mistake. */
export function inItsWords(command: Command, error: CommanderError): CommanderError {
  const { code, message } = error;
  const expected = command.registeredArguments.length;
  if (code === "commander.excessArguments")
    error.message = `'${command.args[expected]}' is one argument too many for '${command.name()}'; see ${nameOf(command)} --help`;
  if (message.endsWith("unknown option '--model'") && hasModelPath(command))
    error.message = `${message}: did you mean --model-path?`;
  return error;
}

const hasModelPath = ({ options }: Command) => options.some(({ long }) => long === "--model-path");

const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;

/** In one line; its words about a value that a flag's reader refuses come before the reader's own. */
export function inOurWords(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\s*\(Did you mean (?:one of )?(.*)\?\)$/, (_, names: string) => {
      return `: did you mean ${names.replace(/, ([^,]*)$/, " or $1")}?`;
    })
    .replace(
      /^option '(--[\w-]+)[^']*' argument '(.*)' is invalid\. (must .*)$/s,
      "option '$1' $3, not '$2'",
    );
}
