/**
 * @file One conversation with one to four models: what was asked, what each answered, and who
 * listens. Answers go on when the browser reloads; they end when nobody has listened for a while.
 */
import type { OpenAiServer } from "../../http/openai-client.ts";
import {
  type AnswerView,
  type ChatEvent,
  type PromptView,
  type SamplingChoice,
  type Seat,
  seats,
} from "../../protocol/arena.ts";
import type { ChatSettings, StoredChat } from "../../store/arena-chat.ts";
import type { ArenaStore } from "../../store/arena-store.ts";
import { type Answer, Cut, interrupted, receiveAnswer, unanswered } from "./answer.ts";

export type ChatWorld = {
  store: ArenaStore;
  server: OpenAiServer;
  answerMs: number;
  /** What a model of a battle is sent beside the conversation; the other modes choose themselves. */
  battleSettings(model: string): { system: string | null; sampling: SamplingChoice };
};

/** Pieces of all sides leave together, so that their rhythm does not tell who answers. */
const tickMs = 40;
/** Answers that nobody waits for are cut. */
const abandonedMs = 30_000;

type Run = { answer: Answer; abort: AbortController; done: Promise<void> };
type Pieces = Extract<ChatEvent, { type: "text" }>["pieces"];

export class Chat {
  readonly id: string;
  readonly voter: string;
  readonly createdAt: number;
  readonly settings: ChatSettings;
  readonly prompts: PromptView[];
  /** Seat by seat, turn by turn. */
  readonly answers: Answer[][];
  /** Grows whenever a vote would be on something else. */
  version: number;
  /** When all last answers had ended, Unix time, ms. */
  readyAt: number | null = null;
  lastUsedAt = Date.now();
  readonly #world: ChatWorld;
  readonly #runs = new Map<Seat, Run>();
  readonly #listeners = new Set<(event: "snapshot" | Pieces) => void>();
  readonly #pending = new Map<Seat, Pieces[number]>();
  #tick: NodeJS.Timeout | undefined;
  #abandoned: NodeJS.Timeout | undefined;

  /** @param regenerated how often answers were asked for anew. */
  constructor(world: ChatWorld, stored: StoredChat, regenerated: number) {
    this.#world = world;
    this.id = stored.id;
    this.voter = stored.voter;
    this.createdAt = stored.createdAt;
    this.settings = stored.settings;
    this.prompts = stored.prompts;
    this.answers = stored.settings.models.map((_, place) =>
      stored.prompts.map((_, turn) => storedAnswer(stored, seatAt(place), turn)),
    );
    this.version = stored.prompts.length + regenerated;
  }

  get isAnswering(): boolean {
    return this.#runs.size > 0;
  }

  get isBusy(): boolean {
    return this.isAnswering || this.#listeners.size > 0;
  }

  /** The seats, with the last answer of each. */
  get last(): [Seat, Answer | undefined][] {
    return this.answers.map((answers, place) => [seatAt(place), answers.at(-1)]);
  }

  /** Adds a message and has all sides answer it. */
  ask(prompt: PromptView, isDuplicate: boolean): void {
    const { store } = this.#world;
    const turn = this.prompts.length;
    const facts = { turn, chars: prompt.text.length, duplicate: isDuplicate };
    store.atomically(() => {
      store.setPrompt(this.id, turn, prompt);
      store.append("prompt", facts, { chat: this.id, voter: this.voter });
    });
    this.prompts.push(prompt);
    for (const answers of this.answers) answers.push(unanswered());
    this.version++;
    this.#answer(this.answers.map((_, place) => seatAt(place)));
  }

  /** Answers the last message anew; without a seat, on all sides. */
  regenerate(seat: Seat | null): void {
    const turn = this.prompts.length - 1;
    const body = { turn, seat };
    this.#world.store.append("regenerate", body, { chat: this.id, voter: this.voter });
    const chosen = seat === null ? this.answers.map((_, place) => seatAt(place)) : [seat];
    for (const one of chosen) this.answers[seats.indexOf(one)]?.splice(-1, 1, unanswered());
    this.version++;
    this.#answer(chosen);
  }

  /** Ends what is still being answered, and waits until it has. */
  async stop(how: Cut["how"] = "stopped"): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const { abort } of runs) abort.abort(new Cut(how));
    await Promise.all(runs.map(({ done }) => done));
  }

  /** Tells listeners that something beside the texts has changed. */
  changed(): void {
    this.#flush();
    for (const listener of this.#listeners) listener("snapshot");
  }

  /** Tells of everything from now on. @returns what ends the listening. */
  listen(listener: (event: "snapshot" | Pieces) => void): () => void {
    this.#flush(); // what is said already belongs to those who listened
    this.#listeners.add(listener);
    clearTimeout(this.#abandoned);
    return () => {
      this.#listeners.delete(listener);
      this.lastUsedAt = Date.now();
      this.#watchAbandonment();
    };
  }

  #answer(chosen: readonly Seat[]): void {
    this.readyAt = null;
    for (const seat of chosen) this.#start(seat);
    this.#watchAbandonment();
    this.changed();
  }

  #start(seat: Seat): void {
    const { server, answerMs } = this.#world;
    const place = seats.indexOf(seat);
    const turn = this.prompts.length - 1;
    const answer = this.answers[place]?.[turn];
    if (!answer) return;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new Cut("timeout")), answerMs);
    const onPiece = (text: string, reasoning: string) => this.#add(seat, turn, text, reasoning);
    const question = this.#question(place, turn);
    const done = receiveAnswer(answer, question, server, abort.signal, onPiece).then(() => {
      clearTimeout(timer);
      this.#runs.delete(seat);
      this.#keep(seat, turn, answer);
      if (!this.isAnswering) this.readyAt = Date.now();
      this.changed();
    });
    this.#runs.set(seat, { answer, abort, done });
  }

  #question(place: number, turn: number) {
    const model = this.settings.models[place] ?? "";
    const chosen =
      this.settings.mode === "battle" ? this.#world.battleSettings(model) : this.settings;
    const answers = this.answers[place] ?? [];
    return {
      model,
      sampling: chosen.sampling,
      messages: [
        ...(chosen.system ? [{ role: "system", content: chosen.system }] : []),
        ...this.settings.history,
        ...this.prompts
          .slice(0, turn + 1)
          .flatMap((prompt, at) => [
            { role: "user", content: toContent(prompt) },
            ...(at < turn ? [{ role: "assistant", content: answers[at]?.text ?? "" }] : []),
          ]),
      ],
    };
  }

  #keep(seat: Seat, turn: number, answer: Answer): void {
    const { store } = this.#world;
    const status = answer.status as "done" | "stopped" | "failed";
    const { error, text, reasoning, ttftMs, totalMs, tokens } = answer;
    const kept = { turn, seat, status, error, text, reasoning, ttftMs, totalMs, tokens };
    const model = this.settings.models[seats.indexOf(seat)] ?? "";
    const facts = { turn, seat, model, status, error, ttft_ms: ttftMs, total_ms: totalMs ?? 0 };
    const usage = { prompt_tokens: answer.promptTokens, completion_tokens: tokens };
    try {
      store.atomically(() => {
        store.setAnswer(this.id, kept);
        store.append("answer", { ...facts, ...usage }, { chat: this.id, voter: this.voter });
      });
    } catch (failure) {
      // The disk is full: the conversation goes on, and a vote on it will say so.
      console.error(failure);
    }
  }

  #add(seat: Seat, answer: number, text: string, reasoning: string): void {
    const pending = this.#pending.get(seat) ?? { seat, answer, text: "", reasoning: "" };
    pending.text += text;
    pending.reasoning += reasoning;
    this.#pending.set(seat, pending);
    this.#tick ??= setTimeout(() => this.#flush(), tickMs);
  }

  #flush(): void {
    clearTimeout(this.#tick);
    this.#tick = undefined;
    if (this.#pending.size === 0) return;
    const pieces = [...this.#pending.values()].sort((one, other) =>
      one.seat < other.seat ? -1 : 1,
    );
    this.#pending.clear();
    for (const listener of this.#listeners) listener(pieces);
  }

  #watchAbandonment(): void {
    clearTimeout(this.#abandoned);
    if (this.#listeners.size > 0 || !this.isAnswering) return;
    this.#abandoned = setTimeout(() => void this.stop("interrupted"), abandonedMs);
  }
}

const seatAt = (place: number): Seat => seats[place] ?? "a";

function storedAnswer(stored: StoredChat, seat: Seat, turn: number): Answer {
  const found = stored.answers.find((one) => one.seat === seat && one.turn === turn);
  if (!found) return interrupted();
  const { status, error, text, reasoning, ttftMs, totalMs, tokens } = found;
  const known = error as AnswerView["error"];
  return { status, error: known, text, reasoning, ttftMs, totalMs, tokens, promptTokens: null };
}

function toContent({ text, images }: PromptView): string | object[] {
  if (images.length === 0) return text;
  return [
    { type: "text", text },
    ...images.map((url) => ({ type: "image_url", image_url: { url } })),
  ];
}
