import { Decimal } from "decimal.js";

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)(%)?|([A-Za-z_][A-Za-z0-9_]*)|([-+*/()×÷]))/gy;
const MAX_LENGTH = 300;

interface Reader {
  tokens: string[];
  at: number;
  inputs: Readonly<Record<string, number>>;
  depth: number;
}

/**
 * Value of an arithmetic formula such as `0.5 * 0.003 * 730` or `cores * rate * hours`: numbers, percentages,
 * names from `inputs`, + − × ÷ and brackets. Null when it is anything else, or divides by zero.
 */
export function evaluateFormula(formula: string, inputs: Readonly<Record<string, number>> = {}): Decimal | null {
  const left = formula.split("=")[0] ?? "";
  const tokens = tokenize(left);
  if (tokens === null || tokens.length === 0) return null;
  const reader: Reader = { tokens, at: 0, inputs, depth: 0 };
  const value = sum(reader);
  return value !== null && reader.at === tokens.length && value.isFinite() ? value : null;
}

function tokenize(text: string): string[] | null {
  if (text.length > MAX_LENGTH) return null;
  const trimmed = text.trimEnd();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(trimmed); match !== null; match = TOKEN.exec(trimmed)) {
    if (match[1] !== undefined) tokens.push(match[2] === undefined ? match[1] : new Decimal(match[1]).div(100).toString());
    else tokens.push(match[3] ?? (match[4] === "×" ? "*" : match[4] === "÷" ? "/" : (match[4] ?? "")));
    end = TOKEN.lastIndex;
  }
  return end === trimmed.length ? tokens : null;
}

function sum(reader: Reader): Decimal | null {
  let value = product(reader);
  while (value !== null && (reader.tokens[reader.at] === "+" || reader.tokens[reader.at] === "-")) {
    const operator = reader.tokens[reader.at++];
    const right = product(reader);
    value = right === null ? null : operator === "+" ? value.plus(right) : value.minus(right);
  }
  return value;
}

function product(reader: Reader): Decimal | null {
  let value = factor(reader);
  while (value !== null && (reader.tokens[reader.at] === "*" || reader.tokens[reader.at] === "/")) {
    const operator = reader.tokens[reader.at++];
    const right = factor(reader);
    if (right === null || (operator === "/" && right.isZero())) return null;
    value = operator === "*" ? value.times(right) : value.div(right);
  }
  return value;
}

function factor(reader: Reader): Decimal | null {
  const token = reader.tokens[reader.at++];
  if (token === undefined) return null;
  if (token === "(") {
    reader.depth += 1;
    const inner = reader.depth > 50 ? null : sum(reader);
    reader.depth -= 1;
    return reader.tokens[reader.at++] === ")" ? inner : null;
  }
  if (token === "-") return factor(reader)?.negated() ?? null;
  if (/^\d/.test(token)) return new Decimal(token);
  return Object.hasOwn(reader.inputs, token) ? new Decimal(reader.inputs[token] ?? 0) : null;
}
