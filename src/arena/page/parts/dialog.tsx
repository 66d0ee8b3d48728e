/** @file A dialog over the page. The browser keeps the focus in it, and gives it back. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useWords } from "../words/words.ts";
import { IconButton } from "./icon-button.tsx";

type DialogProps = { title: string; onClose: () => void; children: ComponentChildren };

/** Open for as long as it is there. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const words = useWords().shell;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={titleId}>{title}</h2>
        <IconButton name={words.close} icon="close" onClick={onClose} />
      </header>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
