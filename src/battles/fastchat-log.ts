/**
 * @file FastChat's own log, `YYYY-MM-DD-conv.json`: what makes a vote in it a battle.
 *
 * Source: FastChat's `monitor/clean_battle_data.py`, rule by rule and in its order.
 */
import {
  type BattleRecord,
  type FastChatState,
  type FastChatVoteRecord,
  fastChatVotes,
  type Turn,
} from "../protocol/battle.ts";
import type { CleaningRule } from "./cleaning-rules.ts";
import { textOf } from "./conversation.ts";
import { cursors, errorWords, identityWords } from "./identity-words.ts";

/** The rule that drops the vote; with `leaked_identity` also the words that it found. */
export type Dropped = { rule: CleaningRule; words: readonly string[] };

/**
 * The battle that a vote stands for, or why it stands for none.
 *
 * @param keep rules that are not applied. A vote that one of them would have dropped is then taken
 *             at what else it says: models without a public name have the one in their state.
 */
export function cleanVote(
  vote: FastChatVoteRecord,
  keep: ReadonlySet<CleaningRule>,
): BattleRecord | Dropped {
  const { names, anonymous, faults } = resolveModels(vote);
  if (messagesOf(vote.states[0]).length === 0) faults.push("invalid");
  const rule = faults.find((fault) => !keep.has(fault));
  if (rule) return { rule, words: [] };
  const renamed = keep.has("rename") ? names : names.map((name) => newName(name, vote.tstamp));
  return dropForText(vote.states, keep) ?? toRecord(vote, renamed, anonymous);
}

type Models = { names: string[]; anonymous: boolean; faults: CleaningRule[] };

function resolveModels({ models, states }: FastChatVoteRecord): Models {
  const shown = models.map((name) => withoutHtml(name ?? ""));
  const known = typeof states[0].model_name === "string";
  const hidden = states.map(({ model_name }, i) => (known ? (model_name ?? "") : shown[i]));
  const anonymous = shown[0] === "" || shown[0] === "Model A";
  const names = anonymous ? hidden : shown.map((name, i) => name || hidden[i]);
  const halfShown = (shown[0] === "") !== (shown[1] === "");
  const differs = !anonymous && hidden.some((name, i) => !shown[i].includes(name));
  const faults: CleaningRule[] = models.includes(null) ? ["no_models"] : [];
  if (halfShown || differs) faults.push("invalid");
  return { names, anonymous, faults };
}

/** `<h3>Model A: x</h3>` and a newline → `x`. */
function withoutHtml(name: string): string {
  if (!name.startsWith("<h3>")) return name;
  return name.slice(name.indexOf(": ") + 2, -"</h3>\n".length);
}

/** What comes after the template's own examples. */
const messagesOf = ({ messages, offset }: FastChatState) => messages.slice(offset ?? 0);

function dropForText(
  states: readonly FastChatState[],
  keep: ReadonlySet<CleaningRule>,
): Dropped | null {
  const contents = states.flatMap(messagesOf).map(([, content]) => content);
  const text = contents.map(textOf).join("").toLowerCase();
  const found = (words: readonly string[]) => words.filter((word) => text.includes(word));
  if (!keep.has("empty_message") && !contents.every(Boolean))
    return { rule: "empty_message", words: [] };
  const leaked = keep.has("leaked_identity") ? [] : found(identityWords);
  if (leaked.length > 0) return { rule: "leaked_identity", words: leaked };
  if (!keep.has("error_answer") && found(errorWords).length > 0)
    return { rule: "error_answer", words: [] };
  if (!keep.has("unfinished") && found(cursors).length > 0)
    return { rule: "unfinished", words: [] };
  return null;
}

function toRecord(vote: FastChatVoteRecord, models: string[], anony: boolean): BattleRecord {
  const [a, b] = vote.states.map(toTurns);
  return {
    question_id: vote.states[0].conv_id,
    model_a: models[0],
    model_b: models[1],
    winner: fastChatVotes[vote.type],
    judge: vote.ip == null ? null : `arena_user_${vote.ip}`,
    conversation_a: a,
    conversation_b: b,
    turn: Math.floor(a.length / 2),
    anony,
    tstamp: vote.tstamp,
  };
}

/** Roles alternate, whatever the template calls them. */
function toTurns(state: FastChatState): Turn[] {
  return messagesOf(state).map(([, content], i) => ({
    role: i % 2 === 0 ? "user" : "assistant",
    content,
  }));
}

const newNames = new Map([
  ["bard", "palm-2"],
  ["claude-v1", "claude-1"],
  ["claude-instant-v1", "claude-instant-1"],
  ["oasst-sft-1-pythia-12b", "oasst-pythia-12b"],
  ["claude-2", "claude-2.0"],
  ["StripedHyena-Nous-7B", "stripedhyena-nous-7b"],
  ["gpt-4-turbo", "gpt-4-1106-preview"],
  ["gpt-4-0125-assistants-api", "gpt-4-turbo-browsing"],
]);

/** 27 June 2023: OpenAI's two names began to mean the versions of 13 June. */
const versionChange = 1687849200;

function newName(name: string, time: number): string {
  if (name === "gpt-4" || name === "gpt-3.5-turbo")
    return `${name}-${time > versionChange ? "0613" : "0314"}`;
  return newNames.get(name) ?? name;
}
