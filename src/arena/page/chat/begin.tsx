/** @file Before the first message: what a battle is, what to try, and why there may be none. */
import type { NotReady } from "../../../protocol/arena.ts";
import { EmptyState } from "../parts/states.tsx";
import { goTo } from "../router.ts";
import { useShell } from "../shell/session.ts";
import { useWords } from "../words/words.ts";

export function Begin({ onExample }: { onExample: (text: string) => void }) {
  const words = useWords().chat;
  const { session } = useShell();
  if (session.not_ready !== null) return <NotReadyNote why={session.not_ready} />;
  return (
    <div class="begin">
      <p class="begin-lead">{words.battle.title}</p>
      <p class="quiet">{words.battle.text}</p>
      {session.open_battle && (
        <p class="begin-open">
          {words.open}{" "}
          <button type="button" class="chip" onClick={() => goTo(`/?chat=${session.open_battle}`)}>
            {words.continueOpen}
          </button>
        </p>
      )}
      <h2 class="begin-title">{words.examples}</h2>
      <ul class="examples">
        {session.examples.map((text) => (
          <li key={text}>
            <button type="button" class="chip" onClick={() => onExample(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function NotReadyNote({ why }: { why: NotReady }) {
  const { chat: words } = useWords();
  const { reload } = useShell();
  const { title, text, command } = words.notReady[why];
  return (
    <div class="begin">
      <EmptyState
        title={title}
        text={`${text} ${command}`}
        action={{ label: words.again, onClick: reload }}
      />
    </div>
  );
}
