/** One record, or the line that could not be read as one. `line` is 1-based: where the record begins. */
export type CsvRecord = { line: number; cells: string[] } | { line: number; problem: string };

export interface CsvOptions {
  /** Longest line in characters; a longer one ends the reading with a RangeError. */
  maxLine?: number;
  /** Lines one quoted record may span. */
  maxSpan?: number;
}

const MAX_LINE = 1_000_000;
const MAX_SPAN = 20;

/**
 * Records of a CSV stream (RFC 4180, UTF-8 with or without byte order mark, comma, semicolon or tab as the first
 * line has it). Unlike a general reader it recovers line by line: a quote that is never closed costs its own line,
 * not the rest of the bill. Only the lines of the record at hand are in memory.
 * @throws RangeError when a line is longer than `maxLine`.
 */
export async function* csvRecords(chunks: AsyncIterable<Uint8Array>, options: CsvOptions = {}): AsyncGenerator<CsvRecord> {
  const assembler = new RecordAssembler(options.maxSpan ?? MAX_SPAN);
  for await (const line of lines(chunks, options.maxLine ?? MAX_LINE)) yield* assembler.feed(line);
  yield* assembler.end();
}

async function* lines(chunks: AsyncIterable<Uint8Array>, maxLine: number): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  const complete = (text: string) => (text.endsWith("\r") ? text.slice(0, -1) : text);
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n", from)) {
      yield complete(rest.slice(from, end));
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > maxLine) throw new RangeError(`a line is longer than ${maxLine} characters`);
  }
  rest += decoder.decode();
  if (rest !== "") yield complete(rest);
}

interface Physical {
  line: number;
  text: string;
}

/** Puts physical lines together to records, and takes them apart again where a quote was left open. */
class RecordAssembler {
  private count = 0;
  private waiting: Physical[] = [];
  private delimiter: string | null = null;
  private width: number | null = null;

  constructor(private readonly maxSpan: number) {}

  *feed(text: string): Generator<CsvRecord> {
    this.count += 1;
    yield* this.run([{ line: this.count, text }]);
  }

  /** What still waits for its closing quote is damaged, line by line. */
  *end(): Generator<CsvRecord> {
    while (this.waiting.length > 0) yield* this.giveUpFirst();
  }

  private *run(queue: Physical[]): Generator<CsvRecord> {
    for (const [at, physical] of queue.entries()) {
      if (this.waiting.length === 0 && physical.text.trim() === "") continue;
      this.waiting.push(physical);
      const text = this.waiting.length === 1 ? physical.text : this.waiting.map((part) => part.text).join("\n");
      if (quotes(text) % 2 === 0) {
        const cells = splitRecord(text, this.delimiterFor(text));
        if (cells !== null && (this.waiting.length === 1 || this.width === null || cells.length === this.width)) {
          this.width ??= cells.length;
          yield { line: this.waiting[0]?.line ?? 0, cells };
          this.waiting = [];
          continue;
        }
      } else if (this.waiting.length < this.maxSpan) continue;
      yield* this.giveUpFirst();
      yield* this.run(queue.slice(at + 1));
      return;
    }
  }

  private *giveUpFirst(): Generator<CsvRecord> {
    const [first, ...others] = this.waiting;
    this.waiting = [];
    if (first === undefined) return;
    yield { line: first.line, problem: "has a quote that is opened and not properly closed" };
    yield* this.run(others);
  }

  private delimiterFor(text: string): string {
    this.delimiter ??= [",", ";", "\t"].reduce((best, mark) => (text.split(mark).length > text.split(best).length ? mark : best), ",");
    return this.delimiter;
  }
}

function quotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}

/** Cells of one record; null when text follows a closing quote. Quotes inside an unquoted cell are kept as they are. */
export function splitRecord(text: string, delimiter: string): string[] | null {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let cell = "";
      let from = at + 1;
      for (;;) {
        const close = text.indexOf('"', from);
        if (close === -1) return null;
        cell += text.slice(from, close);
        if (text[close + 1] !== '"') {
          at = close + 1;
          break;
        }
        cell += '"';
        from = close + 2;
      }
      cells.push(cell);
      if (at === text.length) return cells;
      if (!text.startsWith(delimiter, at)) return null;
      at += delimiter.length;
    } else {
      const end = text.indexOf(delimiter, at);
      cells.push(text.slice(at, end === -1 ? text.length : end));
      if (end === -1) return cells;
      at = end + delimiter.length;
    }
  }
}
