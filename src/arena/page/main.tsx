/** @file Starts the page, in the reader's language. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { App, followOldAddress } from "./app.tsx";
import { applyTheme, savedLanguage, savedTheme } from "./shell/preferences.ts";
import { LanguageContext, loadWords, type Words, WordsContext } from "./words/words.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./parts/states.css";
import "./shell/shell.css";

function Page({ first }: { first: Words }) {
  const [language, setLanguage] = useState(savedLanguage());
  const [words, setWords] = useState(first);
  useEffect(() => {
    void loadWords(language).then((loaded) => setWords(() => loaded));
  }, [language]);
  return (
    <LanguageContext.Provider value={language}>
      <WordsContext.Provider value={words}>
        <App language={language} onLanguage={setLanguage} />
      </WordsContext.Provider>
    </LanguageContext.Provider>
  );
}

applyTheme(savedTheme());
followOldAddress();
const root = document.getElementById("app");
if (root) void loadWords(savedLanguage()).then((first) => render(<Page first={first} />, root));
