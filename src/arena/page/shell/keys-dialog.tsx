/** @file The list of keys. */
import { useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { singleKeys } from "../parts/use-keys.ts";
import { useWords } from "../words/words.ts";

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { keyList: words } = useWords().shell;
  const [single, setSingle] = useState(singleKeys.on);
  const keys: [string, string][] = [
    ["/", words.prompt],
    ["Enter", words.send],
    ["Shift+Enter", words.newLine],
    ["1 2 3 4", words.vote],
    ["N", words.next],
    ["R", words.regenerate],
    ["Esc", words.stop],
    ["?", words.list],
  ];
  return (
    <Dialog title={words.title} onClose={onClose}>
      <dl class="key-list">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={single}
          onChange={({ currentTarget }) => {
            singleKeys.on = currentTarget.checked;
            setSingle(currentTarget.checked);
          }}
        />
        <span>
          {words.use} <span class="quiet">{words.note}</span>
        </span>
      </label>
    </Dialog>
  );
}
