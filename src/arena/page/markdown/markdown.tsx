/** @file Markdown on the page: a model's answer as elements, never as HTML, also while it is coming. */
import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { definitionsOf, splitBlocks } from "./blocks.ts";
import { Nodes } from "./nodes.tsx";
import { parseBlock } from "./parse.ts";
import "./markdown.css";

/** `streaming`: the text is not all there, and what is unfinished at its end must not flicker. */
export function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }) {
  const blocks = useMemo(() => splitBlocks(text), [text]);
  const definitions = definitionsOf(streaming ? blocks.slice(0, -1) : blocks);
  const drawn = useRef<Drawn[]>([]);
  drawn.current = blocks.map((source, index) =>
    redraw(drawn.current[index], {
      source,
      streaming: streaming && index === blocks.length - 1,
      definitions: source.includes("[") ? definitions : "",
    }),
  );
  return <div class="markdown">{drawn.current.map(({ element }) => element)}</div>;
}

type BlockProps = { source: string; streaming: boolean; definitions: string };
type Drawn = BlockProps & { element: VNode };

/** The very same element for the same block: Preact then leaves it alone, unlike one that is equal. */
function redraw(before: Drawn | undefined, props: BlockProps): Drawn {
  const same =
    before?.source === props.source &&
    before.streaming === props.streaming &&
    before.definitions === props.definitions;
  return same ? before : { ...props, element: <Block {...props} /> };
}

function Block({ source, streaming, definitions }: BlockProps) {
  return <Nodes nodes={parseBlock(source, { streaming, definitions })} />;
}
