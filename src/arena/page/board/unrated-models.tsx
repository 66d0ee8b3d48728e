/** @file The models without a rating, and why each has none. */
import { useWords } from "../words/words.ts";
import { ModelName } from "./board-cells.tsx";
import type { BoardRow } from "./board-rows.ts";
import { useFormat } from "./format.ts";

export function UnratedModels({ rows }: { rows: readonly BoardRow[] }) {
  const words = useWords().board;
  const format = useFormat();
  return (
    <table class="plain-table unrated">
      <caption>{words.unratedTitle}</caption>
      <thead>
        <tr>
          <th scope="col">{words.columns.model}</th>
          <th scope="col">{words.columns.votes}</th>
          <th scope="col">{words.unratedReason}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.model}>
            <th scope="row">
              <ModelName row={row} />
            </th>
            <td>{format.number(row.battles)}</td>
            <td class="unrated-reason">{words.reasons[row.unrated ?? "too_few_battles"]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
