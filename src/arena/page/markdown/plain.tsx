/** @file Text that is too large to be read as Markdown, in pieces that are laid out only when seen. */
const pieceLength = 4_000;

export function Plain({ text }: { text: string }) {
  return (
    <div class="markdown-plain">
      {piecesOf(text).map((piece, index) => (
        <div key={index} dir="auto">
          {piece}
        </div>
      ))}
    </div>
  );
}

/** Cut at the ends of lines, where there are any. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const newline = text.lastIndexOf("\n", from + pieceLength);
    const end = newline > from ? newline : from + pieceLength;
    pieces.push(text.slice(from, end));
    from = newline > from ? end + 1 : end;
  }
  return pieces;
}
