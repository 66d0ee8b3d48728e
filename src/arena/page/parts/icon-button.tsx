/** @file A button that is only a sign; its name is read out, and shown on hover. */
import { Icon, type IconName } from "./icon.tsx";

type IconButtonProps = {
  name: string;
  icon: IconName;
  onClick: () => void;
  disabled?: boolean;
  pressed?: boolean;
};

export function IconButton({ name, icon, onClick, disabled, pressed }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={name}
      title={name}
      disabled={disabled}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
