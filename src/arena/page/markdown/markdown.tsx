/** @file Markdown on the page: a model's answer as elements, never as HTML, also while it is coming. */
import { useMemo } from "preact/hooks";
import { splitBlocks } from "./blocks.ts";
import { Nodes } from "./nodes.tsx";
import { parseBlock } from "./parse.ts";
import "./markdown.css";

/** `streaming`: the text is not all there, and what is unfinished at its end must not flicker. */
export function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }) {
  const blocks = splitBlocks(text);
  return (
    <div class="markdown">
      {blocks.map((source, index) => (
        <Block key={index} source={source} streaming={streaming && index === blocks.length - 1} />
      ))}
    </div>
  );
}

/** The same source gives the same elements, which Preact then leaves alone. */
function Block({ source, streaming }: { source: string; streaming: boolean }) {
  return useMemo(() => <Nodes nodes={parseBlock(source, streaming)} />, [source, streaming]);
}
