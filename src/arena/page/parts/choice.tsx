/** @file A choice among few things, its name inside the same chip. */

export type Option = { value: string; title: string };

type ChoiceProps = {
  label: string;
  value: string;
  options: readonly Option[];
  onChoose: (value: string) => void;
  /** Looks like a filter that narrows what is shown. */
  active: boolean;
};

export function Choice({ label, value, options, onChoose, active }: ChoiceProps) {
  const known = options.some((option) => option.value === value);
  return (
    <label class={active ? "chip control-choice active" : "chip control-choice"}>
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {!known && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
    </label>
  );
}

type SwitchProps = { label: string; help?: string; on: boolean; onSwitch: (on: boolean) => void };

export function Switch({ label, help, on, onSwitch }: SwitchProps) {
  return (
    <button
      type="button"
      class={on ? "chip active" : "chip"}
      aria-pressed={on}
      title={help}
      onClick={() => onSwitch(!on)}
    >
      <span class="control-mark" aria-hidden="true">
        {on ? "✓" : ""}
      </span>
      {label}
    </button>
  );
}
