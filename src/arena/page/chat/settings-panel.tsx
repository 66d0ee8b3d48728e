/** @file What the models are sent beside the conversation, where one chooses it. */
import type { SamplingChoice } from "../../../protocol/arena.ts";
import { useWords } from "../words/words.ts";

export type Settings = { system: string; sampling: SamplingChoice };
export const noSettings: Settings = { system: "", sampling: {} };

type PanelProps = { settings: Settings; onChange: (settings: Settings) => void };

const fields = [
  { key: "temperature", label: "temperature", min: 0, max: 2, step: 0.1 },
  { key: "top_p", label: "topP", min: 0.05, max: 1, step: 0.05 },
  { key: "max_tokens", label: "maxTokens", min: 1, max: 1_000_000, step: 1 },
] as const;

export function SettingsPanel({ settings, onChange }: PanelProps) {
  const words = useWords().chat.settings;
  const choose = (key: (typeof fields)[number]["key"], text: string) => {
    const { [key]: _, ...others } = settings.sampling;
    const value = Number(text);
    const sampling = text === "" || Number.isNaN(value) ? others : { ...others, [key]: value };
    onChange({ ...settings, sampling });
  };
  return (
    <details class="settings-panel">
      <summary class="chip">{words.title}</summary>
      <div class="settings-fields">
        {fields.map(({ key, label, ...range }) => (
          <label key={key} class="field">
            <span>{words[label]}</span>
            <input
              type="number"
              inputMode="decimal"
              placeholder={words.usual}
              value={settings.sampling[key] ?? ""}
              {...range}
              onChange={({ currentTarget }) => choose(key, currentTarget.value)}
            />
          </label>
        ))}
        <label class="field wide">
          <span>{words.system}</span>
          <textarea
            rows={2}
            value={settings.system}
            onChange={({ currentTarget }) => onChange({ ...settings, system: currentTarget.value })}
          />
        </label>
      </div>
    </details>
  );
}

/** As a new conversation takes them. */
export function toRequest({ system, sampling }: Settings) {
  return { ...(system.trim() !== "" && { system }), sampling };
}
