/** @file Markdown on the page: a model's answer as elements, never as HTML, also while it is coming. */
import { useMemo } from "preact/hooks";
import { definitionsOf, splitBlocks } from "./blocks.ts";
import { Nodes } from "./nodes.tsx";
import { parseBlock } from "./parse.ts";
import "./markdown.css";

/** `streaming`: the text is not all there, and what is unfinished at its end must not flicker. */
export function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }) {
  const blocks = useMemo(() => splitBlocks(text), [text]);
  const definitions = definitionsOf(streaming ? blocks.slice(0, -1) : blocks);
  return (
    <div class="markdown">
      {blocks.map((source, index) => (
        <Block
          key={index}
          source={source}
          streaming={streaming && index === blocks.length - 1}
          definitions={source.includes("[") ? definitions : ""}
        />
      ))}
    </div>
  );
}

type BlockProps = { source: string; streaming: boolean; definitions: string };

/** The same block gives the same elements, which Preact then leaves alone. */
function Block({ source, streaming, definitions }: BlockProps) {
  return useMemo(
    () => <Nodes nodes={parseBlock(source, { streaming, definitions })} />,
    [source, streaming, definitions],
  );
}
