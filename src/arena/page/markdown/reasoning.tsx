/** @file What a model thought before it answered: there to be opened, out of the way until then. */
import { Markdown } from "./markdown.tsx";

type ReasoningProps = {
  text: string;
  /** What the reader opens, such as "Reasoning". */
  label: string;
  streaming?: boolean;
  /** Whether it starts open; the reader decides from then on. */
  open?: boolean;
};

export function Reasoning({ text, label, streaming = false, open = false }: ReasoningProps) {
  return (
    <details class="markdown-reasoning" open={open}>
      <summary>{label}</summary>
      <Markdown text={text} streaming={streaming} />
    </details>
  );
}
