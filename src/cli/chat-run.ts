/** @file A conversation in the terminal, or through a pipe: reads, asks, prints as the tokens come. */
import { createInterface, type Interface } from "node:readline";
import { UsageError } from "../errors/usage-error.ts";
import { listModels, type OpenAiServer, ServerError, streamChat } from "../http/openai-client.ts";
import type { Lora } from "../protocol/config.ts";
import { runCommand } from "./chat-commands.ts";
import { MessageReader } from "./chat-input.ts";
import { Conversation } from "./conversation.ts";
import { privateWorker } from "./private-worker.ts";
import { type Paint, painter } from "./terminal.ts";

export type ChatOptions = {
  apiBase: string;
  apiKey?: string | undefined;
  model?: string;
  /** Starts a worker of our own instead of calling a server. */
  modelPath?: string;
  /** Adapters for that. */
  lora?: Lora[];
  convSystemMsg?: string;
  history: boolean;
  /** What goes into each request as it is. */
  sampling: object;
};

/** @throws {UsageError} no server, no model, or a file that cannot be served. */
export async function runChat(options: ChatOptions): Promise<void> {
  const { modelPath, lora } = options;
  const own = modelPath === undefined ? undefined : await privateWorker(modelPath, lora);
  try {
    const server = {
      baseUrl: own ? `${own.url}/v1` : options.apiBase,
      apiKey: options.apiKey,
    };
    const model = await findModel(server, options.model);
    await new Chat(server, model, options).run();
  } finally {
    await own?.stop();
  }
}

async function findModel(server: OpenAiServer, wanted: string | undefined): Promise<string> {
  if (!URL.canParse(server.baseUrl)) throw new UsageError(`'${server.baseUrl}' is not a URL.`);
  const models = await listModels(server).catch((cause) => {
    throw new UsageError(toSentence(server, cause));
  });
  const [first] = models;
  if (first === undefined) throw new UsageError(`${server.baseUrl} serves no model.`);
  if (wanted === undefined || models.includes(wanted)) return wanted ?? first;
  throw new UsageError(`${server.baseUrl} has no model '${wanted}'; it has ${models.join(", ")}.`);
}

function toSentence({ baseUrl }: OpenAiServer, cause: unknown): string {
  if (cause instanceof ServerError) {
    const said = `${baseUrl} answers ${cause.status}: ${cause.message}`;
    const isBare = cause.status === 404 && !/\/v1\/*$/.test(baseUrl);
    return isBare ? `${said} --api-base ends in /v1, as in http://127.0.0.1:8000/v1.` : said;
  }
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  const hint = "start one with 'fastchat', or give --api-base or --model-path";
  return `There is no server at ${baseUrl} (${code}): ${hint}.`;
}

class Chat {
  readonly #server: OpenAiServer;
  readonly #model: string;
  readonly #options: ChatOptions;
  readonly #conversation: Conversation;
  readonly #reader = new MessageReader();
  readonly #paint: Paint = painter(process.stdout);
  readonly #interactive = process.stdin.isTTY === true;
  #answering: AbortController | undefined;
  #isThinking = false;

  constructor(server: OpenAiServer, model: string, options: ChatOptions) {
    this.#server = server;
    this.#model = model;
    this.#options = options;
    this.#conversation = new Conversation(options.convSystemMsg);
  }

  async run(): Promise<void> {
    const lines = createInterface({
      input: process.stdin,
      ...(this.#interactive && { output: process.stdout }),
      terminal: this.#interactive,
    });
    lines.on("SIGINT", () => this.#interrupted(lines));
    if (this.#interactive) console.log(`Talking to ${this.#model}. /help lists the commands.`);
    this.#prompt(lines);
    for await (const line of lines) {
      const message = this.#reader.add(line);
      if (message !== undefined && !(await this.#take(message))) return lines.close();
      this.#prompt(lines);
    }
    const last = this.#reader.end();
    if (last !== undefined) await this.#take(last);
  }

  #prompt(lines: Interface): void {
    if (!this.#interactive) return;
    lines.setPrompt(this.#reader.open ? "… " : "> ");
    lines.prompt();
  }

  /** Ctrl-C: stops the answer; at a prompt clears what was typed; at an empty one ends the chat. */
  #interrupted(lines: Interface): void {
    if (this.#answering) this.#answering.abort();
    else if (lines.line === "" && !this.#reader.open) lines.close();
    else this.#clear(lines);
  }

  #clear(lines: Interface): void {
    this.#reader.clear();
    lines.write(null, { ctrl: true, name: "u" });
    process.stdout.write("\n");
    this.#prompt(lines);
  }

  /** Runs a command or asks the model; false ends the chat. */
  async #take(message: string): Promise<boolean> {
    if (message.trim() === "") return true;
    const outcome = this.#command(message);
    if (outcome === undefined) {
      this.#conversation.ask(message);
      await this.#answer();
      return true;
    }
    if (outcome.say !== undefined) console.log(this.#paint("dim", outcome.say));
    if (outcome.next === "regenerate") await this.#answer();
    return outcome.next !== "exit";
  }

  #command(message: string) {
    try {
      return runCommand(message, this.#conversation);
    } catch (error) {
      if (error instanceof UsageError) return { next: "continue" as const, say: error.message };
      throw error;
    }
  }

  /** Prints the answer as it comes; what was stopped half-way still belongs to the conversation. */
  async #answer(): Promise<void> {
    this.#answering = new AbortController();
    const { signal } = this.#answering;
    const request = {
      model: this.#model,
      messages: this.#conversation.messages,
      ...this.#options.sampling,
    };
    let text = "";
    try {
      for await (const { choices } of streamChat(this.#server, request, signal)) {
        const { content, reasoning_content: thought } = choices?.[0]?.delta ?? {};
        const piece = content ?? "";
        if (this.#interactive) this.#showThought(thought ?? "", piece !== "");
        process.stdout.write(piece);
        text += piece;
      }
    } catch (error) {
      this.#failed(error, signal);
    } finally {
      this.#answering = undefined;
      this.#isThinking = false;
      process.stdout.write("\n");
      this.#remember(text);
    }
  }

  /** Thoughts are for who reads along; a pipe gets the answer alone. */
  #showThought(thought: string, isFollowed: boolean): void {
    if (thought !== "") process.stdout.write(this.#paint("dim", thought));
    if (this.#isThinking && isFollowed) process.stdout.write("\n\n");
    this.#isThinking = thought !== "" || (this.#isThinking && !isFollowed);
  }

  #failed(error: unknown, signal: AbortSignal): void {
    const why = error instanceof Error ? error.message : String(error);
    // Piped, nobody reads along: the exit code must say that an answer is missing.
    if (!signal.aborted && !this.#interactive) throw new UsageError(why);
    process.stdout.write(
      signal.aborted ? this.#paint("dim", " [stopped]") : this.#paint("red", `[${why}]`),
    );
  }

  #remember(answer: string): void {
    if (answer === "") this.#conversation.takeBackQuestion();
    else this.#conversation.answer(answer);
    if (!this.#options.history) this.#conversation.reset();
  }
}
