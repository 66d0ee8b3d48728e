/** @file How a conversation begins: with whom, with which settings, and after what was said before. */
import { randomInt } from "node:crypto";
import { ModelNotFoundError } from "../../errors/model-errors.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { ConflictError } from "../../errors/resource-errors.ts";
import { UnavailableError } from "../../errors/worker-errors.ts";
import type { NewChat } from "../../protocol/arena.ts";
import type { ChatSettings, SessionRow } from "../../store/arena-chat.ts";
import type { ArenaStore } from "../../store/arena-store.ts";
import type { ArenaModels } from "../models.ts";
import type { Pairing } from "../pairing.ts";
import { storedVote } from "../vote/cast-vote.ts";
import type { Chats } from "./chats.ts";

export type OpeningDesk = {
  store: ArenaStore;
  chats: Chats;
  models: ArenaModels;
  pairing: Pairing;
};

type Asked = ReturnType<typeof NewChat.parse>;
type Opening = {
  settings: ChatSettings;
  facts: Parameters<Chats["create"]>[2];
};

/**
 * Who answers, and from where the conversation goes on.
 *
 * @throws {InvalidRequestError} too few or too many models, or one that cannot see the pictures.
 * @throws {ModelNotFoundError} a model that is not offered by name.
 * @throws {UnavailableError} there are no two that may meet.
 */
export function openingOf(desk: OpeningDesk, session: SessionRow, asked: Asked): Opening {
  const { preset, images } = asked;
  const facts = { pair_probability: null, continues: null, preset, images: images.length > 0 };
  if (asked.mode === "battle") return battleOf(desk, session, asked, facts);
  const [least, most] = asked.mode === "direct" ? [1, 1] : [2, 4];
  if (asked.models.length < least || asked.models.length > most)
    throw new InvalidRequestError(
      `Choose ${least === most ? "one model" : "two to four models"}.`,
      "models",
    );
  const named = desk.models.named();
  const unknown = asked.models.find((name) => !named.includes(name));
  if (unknown !== undefined) throw new ModelNotFoundError(unknown, named);
  const blind =
    images.length > 0 ? asked.models.find((name) => !desk.models.canSee(name)) : undefined;
  if (blind !== undefined)
    throw new InvalidRequestError(
      `The model '${blind}' cannot see pictures.`,
      "images",
      "no_vision",
    );
  const { mode, models, system = null, sampling = {}, history } = asked;
  return { facts, settings: { mode, models, system, sampling: given(sampling), history } };
}

/** Without the keys that have no value. */
function given(sampling: NonNullable<Asked["sampling"]>): ChatSettings["sampling"] {
  return Object.fromEntries(Object.entries(sampling).filter(([, value]) => value !== undefined));
}

function battleOf(
  desk: OpeningDesk,
  session: SessionRow,
  { images, continues }: Asked,
  facts: Opening["facts"],
): Opening {
  const drawable = desk.models.drawable();
  const names = images.length > 0 ? drawable.filter((name) => desk.models.canSee(name)) : drawable;
  const drawn = desk.pairing.draw(names, () => randomInt(2 ** 47) / 2 ** 47);
  if (!drawn)
    throw new UnavailableError(
      images.length > 0
        ? "A battle about a picture needs two models that can see."
        : "A battle needs two models, and they are not there.",
      "no_models",
    );
  const history = continues === undefined ? [] : conversationOf(desk, session, continues);
  return {
    settings: { mode: "battle", models: drawn.models, system: null, sampling: {}, history },
    facts: { ...facts, pair_probability: drawn.probability, continues: continues ?? null },
  };
}

/** What was said in a battle, with the answers of the side that won; of a draw, of either. */
function conversationOf(
  desk: OpeningDesk,
  session: SessionRow,
  id: string,
): ChatSettings["history"] {
  const chat = desk.chats.find(id, session.voter);
  const vote = storedVote(desk.store, id);
  if (!vote) throw new ConflictError("Vote on this battle first.", "not_ready");
  const place = vote.winner === "model_a" ? 0 : vote.winner === "model_b" ? 1 : randomInt(2);
  const answers = chat.answers[place] ?? [];
  return [
    ...chat.settings.history,
    ...chat.prompts.flatMap(({ text }, turn) => [
      { role: "user" as const, content: text },
      { role: "assistant" as const, content: answers[turn]?.text ?? "" },
    ]),
  ];
}
