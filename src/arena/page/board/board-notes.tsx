/** @file How the leaderboard was made, in plain words, and the command that makes it again. */
import type { Leaderboard } from "../../../protocol/leaderboard.ts";
import { CopyableCode } from "../parts/copyable-code.tsx";
import { useWords, type Words } from "../words/words.ts";
import { type Format, useFormat } from "./format.ts";

export function BoardNotes({ board, command }: { board: Leaderboard; command: string }) {
  const words = useWords().board;
  const format = useFormat();
  return (
    <details class="board-notes">
      <summary>{words.method.title}</summary>
      {methodNotes(board, words, format).map((note) => (
        <p key={note}>{note}</p>
      ))}
      <DroppedVotes board={board} />
      <h3>{words.method.command}</h3>
      <CopyableCode text={command} />
    </details>
  );
}

function methodNotes({ options, counts }: Leaderboard, words: Words["board"], format: Format) {
  const { method } = words;
  const level = format.percent(readNumber(options, "level") ?? 0.95);
  const minimum = readNumber(options, "min_battles") ?? 0;
  return [
    method.rating,
    anchorNote(options, words, format),
    tieNote(options, words),
    options.interval === "bootstrap" ? method.bootstrap(level) : method.sandwich(level),
    method.rank,
    options.style ? method.style : method.noStyle,
    method.unrated,
    minimum > 0 ? method.minimum(format.number(minimum)) : "",
    method.kept(format.number(counts.battles), format.number(counts.rows)),
    counts.not_votes > 0 ? method.notVotes(format.number(counts.not_votes)) : "",
    counts.bad_rows > 0 ? method.badRows(format.number(counts.bad_rows)) : "",
  ].filter((note) => note !== "");
}

type Options = Leaderboard["options"];

function readNumber(options: Options, name: string): number | null {
  const value = options[name];
  return typeof value === "number" ? value : null;
}

function anchorNote(options: Options, { method }: Words["board"], format: Format): string {
  const anchor = options.anchor;
  if (typeof anchor !== "object" || anchor === null) return method.mean;
  const { model, rating } = anchor as { model?: unknown; rating?: unknown };
  if (typeof model !== "string" || typeof rating !== "number") return method.mean;
  return method.anchor(model, format.number(rating));
}

function tieNote(options: Options, { method }: Words["board"]): string {
  const policy = options.ties;
  return Object.entries(method.ties).find(([name]) => name === policy)?.[1] ?? method.ties.half;
}

/** Every rule that left a vote out, in the order they were applied. */
function DroppedVotes({ board: { counts } }: { board: Leaderboard }) {
  const words = useWords().board;
  const format = useFormat();
  const dropped = Object.entries(counts.dropped).filter(([, rows]) => rows > 0);
  if (dropped.length === 0) return null;
  return (
    <table class="plain-table">
      <caption>{words.method.dropped}</caption>
      <thead>
        <tr>
          <th scope="col">{words.method.reason}</th>
          <th scope="col">{words.columns.votes}</th>
        </tr>
      </thead>
      <tbody>
        {dropped.map(([rule, rows]) => (
          <tr key={rule}>
            <th scope="row">{words.rules[rule] ?? rule.replaceAll("_", " ")}</th>
            <td>{format.number(rows)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
