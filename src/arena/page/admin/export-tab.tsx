/** @file The battles as a file, and what to make of it. */
import { CopyableCode } from "../parts/copyable-code.tsx";
import { useWords } from "../words/words.ts";

const withTexts = "battles-with-texts.jsonl";

export function ExportTab() {
  const words = useWords().admin.export;
  return (
    <>
      <section class="admin-part">
        <h2>{words.battles}</h2>
        <p class="quiet">{words.battlesText}</p>
        <a class="chip" href="/api/battles.jsonl" download="battles.jsonl">
          {words.download}
        </a>
      </section>
      <section class="admin-part">
        <h2>{words.preferences}</h2>
        <p class="quiet">{words.preferencesText}</p>
        <a class="chip" href="/api/battles.jsonl?texts=1" download={withTexts}>
          {words.downloadTexts}
        </a>
        <CopyableCode text={`fastchat data preferences ${withTexts} --out preferences.jsonl`} />
      </section>
    </>
  );
}
