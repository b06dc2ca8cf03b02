const SHOWN = 4;

/** Lines as links that bring them into view in the document. */
export function LineLinks({ lines, onOpen }: { lines: readonly number[]; onOpen: (line: number) => void }) {
  if (lines.length === 0) return null;
  return (
    <span className="num text-xs text-ink-2">
      {lines.length === 1 ? "line" : "lines"}{" "}
      {lines.slice(0, SHOWN).map((line, index) => (
        <span key={line}>
          {index === 0 ? "" : ", "}
          <a
            href={`#L${line}`}
            className="underline"
            onClick={(event) => {
              event.preventDefault();
              onOpen(line);
            }}
          >
            {line}
          </a>
        </span>
      ))}
      {lines.length > SHOWN ? ` and ${lines.length - SHOWN} more` : ""}
    </span>
  );
}
