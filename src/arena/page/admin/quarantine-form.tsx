/** @file Keeps any battle apart, by its number. */
import { useWords } from "../words/words.ts";
import type { Judge } from "./judge.ts";

export function QuarantineForm({ judge }: { judge: Judge }) {
  const words = useWords().admin.quarantine;
  return (
    <form
      class="quarantine-form"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const facts = new FormData(form);
        const [id, reason] = [facts.get("battle"), facts.get("reason")].map((one) =>
          `${one}`.trim(),
        );
        judge("battles", id ?? "", "quarantine", reason ?? "");
        form.reset();
      }}
    >
      <h3 id="quarantine-form">{words.byId}</h3>
      <div class="filter-row">
        <input
          class="text-input"
          name="battle"
          required
          aria-label={words.id}
          placeholder={words.id}
          autocomplete="off"
        />
        <input
          class="text-input"
          name="reason"
          maxLength={500}
          aria-label={words.why}
          placeholder={words.why}
        />
        <button type="submit" class="chip">
          {words.quarantine}
        </button>
      </div>
    </form>
  );
}
