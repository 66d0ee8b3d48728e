/** @file The message box: it grows with the text, and takes pictures where the models can see. */
import type { Ref } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { useKeys } from "../parts/use-keys.ts";
import { useShell } from "../shell/session.ts";
import { useWords } from "../words/words.ts";
import { picturesIn, toPicture } from "./pictures.ts";

type ComposerProps = {
  placeholder: string;
  canSend: boolean;
  canSee: boolean;
  answering: boolean;
  /** False: it was not sent, and the text stays. */
  onSend: (text: string, images: string[]) => Promise<boolean>;
  onStop: () => void;
};

export function Composer({
  placeholder,
  canSend,
  canSee,
  answering,
  onSend,
  onStop,
}: ComposerProps) {
  const words = useWords().chat.prompt;
  const { session } = useShell();
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [images, setImages] = useState<string[]>([]);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState("");
  useKeys({ "/": () => box.current?.focus() });
  useEffect(() => fitToText(box.current), [text]);
  const send = async () => {
    if (!canSend || sending || text.trim() === "") return;
    setSending(true);
    const sent = await onSend(text, images);
    setSending(false);
    if (!sent) return;
    setText("");
    setImages([]);
  };
  const add = async (files: File[]) => {
    setProblem("");
    try {
      const added = await Promise.all(
        files.map((file) => toPicture(file, session.limits.image_bytes)),
      );
      setImages((before) => [...before, ...added].slice(0, 4));
    } catch {
      setProblem(words.badImage);
    }
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onDragOver={(event) => canSee && event.preventDefault()}
      onDrop={(event) => {
        if (!canSee) return;
        event.preventDefault();
        void add(picturesIn(event.dataTransfer?.files));
      }}
    >
      {images.length > 0 && (
        <ul class="composer-images">
          {images.map((url, i) => (
            <li key={url}>
              <img src={url} alt={words.image(i + 1)} />
              <button
                type="button"
                class="icon-button"
                aria-label={words.removeImage(i + 1)}
                onClick={() => setImages(images.filter((_, place) => place !== i))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {problem && <p role="alert">{problem}</p>}
      <div class="composer-row">
        {canSee && <PictureButton onFiles={(files) => void add(files)} />}
        <textarea
          ref={box}
          rows={1}
          dir="auto"
          aria-label={words.label}
          placeholder={placeholder}
          maxLength={session.limits.prompt_chars}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onPaste={(event) => {
            const files = canSee ? picturesIn(event.clipboardData?.files) : [];
            if (files.length > 0) void add(files);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
        {answering ? (
          <button type="button" class="icon-button solid" aria-label={words.stop} onClick={onStop}>
            <Icon name="stop" />
          </button>
        ) : (
          <button
            type="submit"
            class="icon-button solid accent"
            aria-label={words.send}
            disabled={!canSend || sending || text.trim() === ""}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
    </form>
  );
}

function PictureButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const words = useWords().chat.prompt;
  const input: Ref<HTMLInputElement> = useRef(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="image/png,image/jpeg,image/webp,image/gif"
        onChange={({ currentTarget }) => {
          onFiles(picturesIn(currentTarget.files));
          currentTarget.value = "";
        }}
      />
      <button
        type="button"
        class="icon-button"
        aria-label={words.addImage}
        onClick={() => input.current?.click()}
      >
        <Icon name="image" />
      </button>
    </>
  );
}

/** As high as its text, up to eight lines. */
function fitToText(box: HTMLTextAreaElement | null): void {
  if (!box) return;
  box.style.blockSize = "auto";
  box.style.blockSize = `${Math.min(box.scrollHeight, 8 * 24 + 20)}px`;
}
