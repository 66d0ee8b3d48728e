/** @file The filters of the leaderboard as chips: each is a part of the address. */
import type { BoardView } from "../../../protocol/arena.ts";
import { Choice, type Option, Switch } from "../parts/choice.tsx";
import { useWords, type Words } from "../words/words.ts";
import { type BoardState, plainState, toAddress } from "./board-state.ts";
import { type Format, useFormat } from "./format.ts";
import { MoreFilters } from "./more-filters.tsx";

type FiltersProps = {
  state: BoardState;
  /** Null while it loads: what it offers is not known yet. */
  view: BoardView | null;
  onChange: (change: Partial<BoardState>) => void;
};

export function BoardFilters(props: FiltersProps) {
  const words = useWords().board.filters;
  const { state, onChange } = props;
  return (
    <search class="filter-row" aria-label={words.label}>
      <input
        class="text-input"
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        value={state.search}
        onInput={({ currentTarget }) => onChange({ search: currentTarget.value })}
      />
      <MoreFilters label={words.label}>
        <BattleChoices {...props} />
        <ModelChoices {...props} />
        {isNarrowed(state) && (
          <button type="button" class="chip plain" onClick={() => onChange(clearedState(state))}>
            {words.clear}
          </button>
        )}
      </MoreFilters>
    </search>
  );
}

/** Which battles count: these ask the server. */
function BattleChoices({ state, view, onChange }: FiltersProps) {
  const words = useWords().board;
  const format = useFormat();
  const { category, language } = state;
  return (
    <>
      <Choice
        label={words.filters.category}
        value={category}
        active={category !== "full"}
        options={toCategories(state, view, words, format)}
        onChoose={(chosen) => onChange({ category: chosen })}
      />
      <Choice
        label={words.filters.language}
        value={language}
        active={language !== ""}
        options={[
          { value: "", title: words.filters.anyLanguage },
          ...(view?.languages ?? []).map(({ name, battles }) => ({
            value: name,
            title: `${words.languages[name] ?? name} (${format.short(battles)})`,
          })),
        ]}
        onChoose={(chosen) => onChange({ language: chosen })}
      />
      <PeriodChoice state={state} onChange={onChange} />
      <Switch
        label={words.filters.style}
        help={words.filters.styleHelp}
        on={state.style}
        onSwitch={(style) => onChange({ style })}
      />
    </>
  );
}

/** While they are not known, the one of the address. */
function toCategories(
  { category }: BoardState,
  view: BoardView | null,
  words: Words["board"],
  format: Format,
): Option[] {
  if (!view) return [{ value: category, title: words.categories[category] ?? category }];
  return view.categories.map(({ name, title, battles }) => ({
    value: name,
    title: `${words.categories[name] ?? title} (${format.short(battles)})`,
  }));
}

const daySeconds = 86_400;

/** Days up to now; a link may name any other period. */
function PeriodChoice({ state, onChange }: Omit<FiltersProps, "view">) {
  const words = useWords().board.filters;
  const format = useFormat();
  const { since, until } = state;
  const limited = since !== null || until !== null;
  const options: Option[] = [
    { value: "", title: words.allTime },
    ...(limited ? [{ value: "here", title: toRange(state, words.range, format) }] : []),
    ...[7, 30, 90].map((days) => ({ value: `${days}`, title: words.lastDays(`${days}`) })),
  ];
  return (
    <Choice
      label={words.period}
      value={limited ? "here" : ""}
      active={limited}
      options={options}
      onChoose={(chosen) => {
        if (chosen !== "here") onChange({ since: sinceDays(Number(chosen)), until: null });
      }}
    />
  );
}

/** The start of a day, so that a link shows the same for a day. */
function sinceDays(days: number): number | null {
  if (days === 0) return null;
  const today = Math.floor(Date.now() / 1000 / daySeconds);
  return (today - days) * daySeconds;
}

function toRange(
  { since, until }: BoardState,
  range: (since: string | null, until: string | null) => string,
  format: Format,
): string {
  const toDay = (time: number | null) => (time === null ? null : format.day(time * 1000));
  return range(toDay(since), toDay(until));
}

/** Which of the models are listed: these the page decides. */
function ModelChoices({ state, onChange }: FiltersProps) {
  const words = useWords().board.filters;
  const format = useFormat();
  return (
    <>
      <Choice
        label={words.minimum}
        value={`${state.minimum}`}
        active={state.minimum > 0}
        options={[
          { value: "0", title: words.anyVotes },
          ...[100, 300, 1000, 3000].map((votes) => ({
            value: `${votes}`,
            title: words.atLeast(format.number(votes)),
          })),
        ]}
        onChoose={(chosen) => onChange({ minimum: Number(chosen) })}
      />
      <Switch
        label={words.open}
        on={state.openLicence}
        onSwitch={(openLicence) => onChange({ openLicence })}
      />
      <Switch
        label={words.provisional}
        on={state.provisional}
        onSwitch={(provisional) => onChange({ provisional })}
      />
      <Switch
        label={words.retired}
        on={state.retired}
        onSwitch={(retired) => onChange({ retired })}
      />
    </>
  );
}

/** Everything as usual but the order and whether style counts: those hide nothing. */
export const clearedState = ({ sort, style }: BoardState): BoardState => ({
  ...plainState,
  sort,
  style,
});

const isNarrowed = (state: BoardState) => toAddress(state) !== toAddress(clearedState(state));
