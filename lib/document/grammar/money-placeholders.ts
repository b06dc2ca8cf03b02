import type { Item } from "./money-items";

const SQL = /\b(?:SELECT|INSERT|UPDATE|DELETE|VALUES|WHERE|RETURNING|EXECUTE|PREPARE|LIMIT|ON CONFLICT)\b/;
const SHELL = /(?<![\p{L}\p{N}_-])(?:awk|sed|xargs|getopts|printf|echo|perl|grep|rewrite|proxy_pass|try_files|export|local|shift|#!\/\S+)(?![\p{L}\p{N}_-])/u;
const NAMED = /placeholder|\bargument|\bparamet|\bbind\b/i;
const LIST = /\$1\s?,\s?\$2/;

/** Tells positional parameters of SQL, shells and patterns ("$1") from amounts. Pure; looks at the text once. */
export function placeholderTest(text: string, items: readonly Item[]): (item: Item) => boolean {
  const candidates = items.some((item) => isShort(text, item));
  if (!candidates) return () => false;
  const program = SQL.test(text) || SHELL.test(text) || NAMED.test(text) || LIST.test(text);
  return (item) => isShort(text, item) && (program || isWrapped(text, item));
}

/** "$1" to "$20", nothing else to it. */
function isShort(text: string, item: Item): boolean {
  return (
    item.prefixed &&
    item.value <= 20 &&
    /^\$\d{1,2}$/.test(text.slice(item.start, item.end)) &&
    !/^(?:\/\p{L}|k|\+|[-–]\$?\d|\s(?:per|a|an)\s)/iu.test(text.slice(item.end, item.end + 6))
  );
}

/** In quotes, or right behind a slash, a colon or another placeholder: a part of a program. */
function isWrapped(text: string, item: Item): boolean {
  const before = text[item.start - 1] ?? "";
  const after = text[item.end] ?? "";
  return (/["'`]/.test(before) && before === after) || (/[/:@\\{]/.test(before) && !/\d/.test(text[item.start - 2] ?? "")) || after === "}";
}
