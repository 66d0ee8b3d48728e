/** @file A judgement in two steps: the button, then a reason and the same button once more. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useWords } from "../words/words.ts";

type JudgeProps = {
  action: "quarantine" | "release";
  /** What is judged, for those who do not see the row. */
  name: string;
  onJudge: (reason: string) => void;
};

export function JudgeButton({ action, name, onJudge }: JudgeProps) {
  const words = useWords().admin.quarantine;
  const [asking, setAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) field.current?.focus();
  }, [asking]);
  if (!asking) {
    return (
      <button
        ref={opener}
        type="button"
        class="chip"
        aria-label={name}
        onClick={() => setAsking(true)}
      >
        {words[action]}
      </button>
    );
  }
  const close = () => {
    setAsking(false);
    requestAnimationFrame(() => opener.current?.focus());
  };
  return (
    <form
      class="admin-judge"
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        onJudge(field.current?.value.trim() ?? "");
        close();
      }}
      onKeyDown={({ key }) => key === "Escape" && close()}
    >
      <input
        ref={field}
        class="text-input"
        aria-label={words.why}
        placeholder={words.why}
        maxLength={500}
      />
      <button type="submit" class="chip">
        {words[action]}
      </button>
      <button type="button" class="chip plain" onClick={close}>
        {words.cancel}
      </button>
    </form>
  );
}
