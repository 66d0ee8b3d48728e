/** @file The filters of the explorer as chips: each is a part of the address. */
import type { BoardView } from "../../../protocol/arena.ts";
import { MoreFilters } from "../board/more-filters.tsx";
import { Choice, type Option } from "../parts/choice.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useWords } from "../words/words.ts";
import { type ExploreState, isNarrowed, plainState, winners } from "./explore-state.ts";

type FiltersProps = { state: ExploreState; onChange: (part: Partial<ExploreState>) => void };

export function ExploreFilters({ state, onChange }: FiltersProps) {
  const words = useWords().explore.filters;
  return (
    <search class="filter-row" aria-label={words.label}>
      <input
        class="text-input"
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        value={state.text}
        maxLength={200}
        onInput={({ currentTarget }) => onChange({ text: currentTarget.value })}
      />
      <MoreFilters label={words.label}>
        <Choices state={state} onChange={onChange} />
        {isNarrowed(state) && (
          <button type="button" class="chip plain" onClick={() => onChange(plainState)}>
            {words.clear}
          </button>
        )}
      </MoreFilters>
    </search>
  );
}

function Choices({ state, onChange }: FiltersProps) {
  const words = useWords();
  const { filters, winners: winnerWords } = words.explore;
  // The leaderboard knows what there is to choose from; without it, only "any" is.
  const { data } = useAnswer<BoardView>("/api/leaderboard");
  const options = toOptions(data, words.board);
  const choices: readonly Named[] = [
    { key: "model", label: filters.model, options: options.models },
    { key: "rival", label: filters.rival, options: options.models },
    {
      key: "winner",
      label: filters.winner,
      options: winners.map((value) => ({ value, title: winnerWords[value] })),
    },
    { key: "category", label: filters.category, options: options.categories },
    { key: "language", label: filters.language, options: options.languages },
  ];
  return choices.map((choice) => (
    <Choice
      key={choice.key}
      label={choice.label}
      value={state[choice.key]}
      active={state[choice.key] !== ""}
      options={[{ value: "", title: filters.any }, ...choice.options]}
      onChoose={(value) => onChange({ [choice.key]: value })}
    />
  ));
}

type Named = { key: keyof ExploreState; label: string; options: readonly Option[] };
type Options = Record<"models" | "categories" | "languages", Option[]>;

function toOptions(view: BoardView | null, words: ReturnType<typeof useWords>["board"]): Options {
  if (view === null) return { models: [], categories: [], languages: [] };
  const names = Object.keys(view.models).sort((a, b) => a.localeCompare(b));
  return {
    models: names.map((name) => ({ value: name, title: name })),
    categories: view.categories
      .filter(({ name }) => name !== "full")
      .map(({ name, title }) => ({ value: name, title: words.categories[name] ?? title })),
    languages: view.languages.map(({ name }) => ({
      value: name,
      title: words.languages[name] ?? name,
    })),
  };
}
