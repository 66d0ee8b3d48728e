/** @file `truncation: auto`: a conversation too long for the model loses its oldest turns. */
import { responsesNames, toChatRequest } from "../../dialects/responses/to-chat-request.ts";
import { charactersOf, latestTurns, turnEnds } from "../../dialects/responses/turns.ts";
import { checked } from "../../http/json.ts";
import { ChatRequest } from "../../protocol/openai.ts";
import type { InputItem, ResponsesRequest } from "../../protocol/responses.ts";
import type { Speaker } from "../../protocol/speaker.ts";

/** Of the context, what is kept free for an answer of unknown length; no answer keeps more than half. */
const usualShare = 1 / 4;
const largestShare = 1 / 2;

/** No text has more to a token: what is longer by this need not be tokenised to be left out. */
const mostCharactersPerToken = 16;
/** No chat request has more. */
const mostMessages = 2048;

/**
 * The longest end of the conversation that begins with a user's message and leaves room for the
 * answer; the last turn alone where not even that does. Instructions are no item, and stay.
 */
export async function fittingItems(
  model: Speaker,
  request: ResponsesRequest,
  items: InputItem[],
): Promise<InputItem[]> {
  const room = roomOf(model.card.context_size, request.max_output_tokens);
  const near = latestTurns(items, room * mostCharactersPerToken, charactersOf);
  const fits = async (kept: InputItem[]) => {
    const asked = toChatRequest(request, kept);
    if (asked.messages.length > mostMessages) return false;
    return (await model.countTokens(checked(ChatRequest, asked, responsesNames))) <= room;
  };
  return (await firstThat(turnEnds(near), fits)) ?? items;
}

function roomOf(contextSize: number, answerTokens: number | null | undefined): number {
  const answer = Math.min(answerTokens ?? contextSize * usualShare, contextSize * largestShare);
  return contextSize - answer;
}

/** The first of a list whose later ones all do if one does; the last where none does. */
async function firstThat<T>(
  list: readonly T[],
  does: (one: T) => Promise<boolean>,
): Promise<T | undefined> {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    // Most conversations fit as they are: that is tried before anything else.
    const middle = low === 0 && high === list.length - 1 ? 0 : Math.floor((low + high) / 2);
    if (await does(list[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return list[low];
}
