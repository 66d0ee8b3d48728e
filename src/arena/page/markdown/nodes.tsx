/** @file The elements of a Markdown tree. No attribute but a checked address comes from the text. */
import type { ComponentChildren } from "preact";
import { CodeBlock } from "./code-block.tsx";
import { Formula } from "./formula.tsx";
import { Plain } from "./plain.tsx";
import type { Align, MarkdownNode } from "./tree.ts";
import { useMarkdownWords } from "./words.ts";

export function Nodes({ nodes }: { nodes: readonly MarkdownNode[] }) {
  return <>{nodes.map(toElement)}</>;
}

function toElement(node: MarkdownNode): ComponentChildren {
  if (typeof node === "string") return node;
  switch (node.kind) {
    case "element":
      return toPlainElement(node);
    case "list":
      return <List {...node} />;
    case "item":
      return <Item {...node} />;
    case "link":
      return <Link {...node} />;
    case "table":
      return <Table {...node} />;
    case "inline-code":
      return <code dir="ltr">{node.text}</code>;
    case "code":
      return <CodeBlock language={node.language} text={node.text} open={node.open} />;
    case "math":
      return <Formula tex={node.tex} display={node.display} />;
    case "plain":
      return <Plain text={node.text} />;
  }
}

type Of<Kind extends string> = Extract<MarkdownNode, { kind: Kind }>;

function toPlainElement({ tag: Tag, children }: Of<"element">) {
  if (Tag === "br" || Tag === "hr") return <Tag />;
  const inline = Tag === "strong" || Tag === "em" || Tag === "del";
  const content = <Nodes nodes={children} />;
  return inline ? <Tag>{content}</Tag> : <Tag dir="auto">{content}</Tag>;
}

function List({ ordered, start, items }: Of<"list">) {
  const content = <Nodes nodes={items} />;
  return ordered ? (
    <ol start={start} dir="auto">
      {content}
    </ol>
  ) : (
    <ul dir="auto">{content}</ul>
  );
}

function Item({ checked, children }: Of<"item">) {
  const words = useMarkdownWords();
  const task = checked !== undefined;
  return (
    <li dir="auto" class={task ? "markdown-task" : undefined}>
      {task && (
        <input
          type="checkbox"
          checked={checked}
          disabled
          aria-label={checked ? words.done : words.open}
        />
      )}
      <Nodes nodes={children} />
    </li>
  );
}

function Link({ href, host, children }: Of<"link">) {
  return (
    <>
      <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
        <Nodes nodes={children} />
      </a>
      {host !== undefined && <span class="markdown-host"> ({host})</span>}
    </>
  );
}

function Table({ align, header, rows }: Of<"table">) {
  const words = useMarkdownWords();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must do so with the keyboard too
    <section class="markdown-scroll" aria-label={words.table} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {header.map((cell, index) => (
              <th key={index} scope="col" dir="auto" class={alignment(align[index])}>
                <Nodes nodes={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row key={index} align={align} cells={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ align, cells }: { align: Align[]; cells: MarkdownNode[][] }) {
  return (
    <tr>
      {cells.map((cell, index) => (
        <td key={index} dir="auto" class={alignment(align[index])}>
          <Nodes nodes={cell} />
        </td>
      ))}
    </tr>
  );
}

const alignment = (align: Align | undefined) => (align ? `markdown-${align}` : undefined);
