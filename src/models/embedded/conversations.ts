/**
 * @file Deals lessons out into conversations: most have one question, some a few, a handful many.
 *
 * Each lesson is taught as often as its deck says, no more and no less, so that none is forgotten;
 * only follow-up questions come on top.
 */
import { curriculum } from "./curriculum.ts";
import type { Deck, Lesson } from "./lesson.ts";
import { phrase, pick, shuffled } from "./phrasing.ts";
import { typed } from "./typing.ts";

type Message = { role: "system" | "user" | "assistant"; content: string };
export type TaughtConversation = { messages: Message[] };

/** All conversations, in random order. */
export function teach(random: () => number): TaughtConversation[] {
  const pile = new Pile(curriculum, random);
  const conversations: TaughtConversation[] = [];
  while (pile.size > 0) conversations.push(converse(pile, random));
  return conversations;
}

function converse(pile: Pile, random: () => number): TaughtConversation {
  const messages: Message[] = random() < 0.12 ? [system(random)] : [];
  const say = (question: string, answers: string) =>
    messages.push(
      { role: "user", content: question },
      { role: "assistant", content: phrase(answers, random) },
    );
  for (let turns = turnCount(random); turns > 0 && pile.size > 0; turns--) {
    const [deck, lesson] = pile.draw();
    say(typed(phrase(lesson.asks, random), deck.bare ?? false, random), lesson.answers);
    const { followUp } = lesson;
    if (followUp && random() < 0.5) {
      say(typed(phrase(followUp.asks, random), true, random), followUp.answers);
    }
    for (let next = follower(deck, pile, random); next; next = follower(deck, pile, random)) {
      say(typed(phrase(next.again ?? next.asks, random), true, random), next.answers);
      turns--;
    }
  }
  return { messages };
}

function turnCount(random: () => number): number {
  const kind = random();
  if (kind < 0.64) return 1;
  if (kind < 0.96) return 2 + Math.floor(random() * 3);
  return 5 + Math.floor(random() * 6);
}

/** Now and then a lesson of the same deck, asked in short: "and Italy". */
function follower(deck: Deck, pile: Pile, random: () => number): Lesson | undefined {
  if (deck.lessons[0]?.again === undefined || random() >= 0.14) return undefined;
  return pile.drawFrom(deck);
}

/** Every lesson as often as it is to be taught; lessons come in random order. */
class Pile {
  readonly #lessons: Map<Deck, Lesson[]>;
  readonly #order: Deck[];

  constructor(decks: readonly Deck[], random: () => number) {
    this.#lessons = new Map(decks.map((deck) => [deck, repeated(deck, random)]));
    this.#order = shuffled(
      decks.flatMap((deck) => (this.#lessons.get(deck) ?? []).map(() => deck)),
      random,
    );
  }

  get size(): number {
    return this.#order.length;
  }

  draw(): [Deck, Lesson] {
    const deck = this.#order.pop();
    const lesson = deck && this.#lessons.get(deck)?.pop();
    if (!deck || !lesson) throw new RangeError("All lessons are taught.");
    return [deck, lesson];
  }

  /** The next lesson of one deck. */
  drawFrom(deck: Deck): Lesson | undefined {
    const at = this.#order.lastIndexOf(deck);
    if (at < 0) return undefined;
    this.#order.splice(at, 1);
    return this.#lessons.get(deck)?.pop();
  }
}

function repeated({ lessons, times }: Deck, random: () => number): Lesson[] {
  return shuffled(Array.from({ length: times }, () => lessons).flat(), random);
}

function system(random: () => number): Message {
  return { role: "system", content: pick(systems, random) };
}

/** What applications say first; nothing follows from it. */
const systems = [
  "You are a helpful assistant.",
  "You are a helpful assistant.",
  "You are a friendly assistant.",
  "You are a helpful, honest and harmless assistant.",
  "You are FastChat, a small and friendly model.",
  "Answer in one short sentence.",
  "Be brief and friendly.",
  "You are a chatbot.",
  "A chat between a curious user and an assistant.",
  "You are a polite assistant who answers in English.",
  "Please answer the questions of the user.",
] as const;
