/** @file The way between the views: a rail at the side, a bar at the bottom of a narrow screen. */
import { useState } from "preact/hooks";
import type { SessionView } from "../../../protocol/arena.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { followLink } from "../router.ts";
import { type Language, languages, useWords } from "../words/words.ts";
import { applyTheme, savedTheme, type Theme, themes } from "./preferences.ts";

type RailProps = {
  session: SessionView;
  /** The first part of the address. */
  view: string;
  language: Language;
  onLanguage: (language: Language) => void;
  onKeys: () => void;
  onData: () => void;
};

export function Rail({ session, view, ...rest }: RailProps) {
  const words = useWords().shell;
  const { short } = words;
  const views: [string, string, IconName, boolean, string?][] = [
    ["/", words.battle, "battle", true],
    ["/side-by-side", words.sideBySide, "columns", true, short.sideBySide],
    ["/chat", words.direct, "chat", true],
    ["/leaderboard", words.leaderboard, "board", true, short.leaderboard],
    ["/explore", words.explore, "explore", session.explorer],
    ["/admin", words.admin, "admin", session.admin, short.admin],
  ];
  return (
    <div class="rail">
      <p class="rail-title">{session.title}</p>
      <nav aria-label={words.views}>
        {views
          .filter(([, , , shown]) => shown)
          .map(([href, name, icon, , shortName = name]) => (
            <a
              key={href}
              href={href}
              class="rail-link"
              aria-current={view === href ? "page" : undefined}
              onClick={followLink}
            >
              <Icon name={icon} />
              <span class="rail-name">{name}</span>
              <span class="rail-short">{shortName}</span>
            </a>
          ))}
      </nav>
      <details class="rail-more">
        <summary>
          <Icon name="more" />
          <span>{words.more}</span>
        </summary>
        <div class="rail-panel">
          <RailFoot {...rest} />
        </div>
      </details>
      <div class="rail-foot">
        <RailFoot {...rest} />
      </div>
    </div>
  );
}

function RailFoot({ language, onLanguage, onKeys, onData }: Omit<RailProps, "session" | "view">) {
  const words = useWords().shell;
  const [theme, setTheme] = useState(savedTheme());
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <>
      <label class="rail-choice">
        <span>{words.theme}</span>
        <select value={theme} onChange={(event) => choose(event.currentTarget.value as Theme)}>
          {themes.map((one) => (
            <option key={one} value={one}>
              {words.themes[one]}
            </option>
          ))}
        </select>
      </label>
      <label class="rail-choice">
        <span>{words.language}</span>
        <select
          value={language}
          onChange={(event) => onLanguage(event.currentTarget.value as Language)}
        >
          {Object.entries(languages).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="rail-button" onClick={onKeys}>
        {words.keys}
      </button>
      <button type="button" class="rail-button" onClick={onData}>
        {words.termsAndData}
      </button>
    </>
  );
}
