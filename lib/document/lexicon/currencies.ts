/** Signs and names of currencies and their ISO 4217 codes. */

/** Signs that may stand before or after an amount. Longer ones come first: "A$" before "$". */
const SIGNS: readonly (readonly [sign: string, code: string])[] = [
  ["US$", "USD"],
  ["AU$", "AUD"],
  ["CA$", "CAD"],
  ["NZ$", "NZD"],
  ["HK$", "HKD"],
  ["NT$", "TWD"],
  ["MX$", "MXN"],
  ["CN¥", "CNY"],
  ["JP¥", "JPY"],
  ["A$", "AUD"],
  ["C$", "CAD"],
  ["S$", "SGD"],
  ["R$", "BRL"],
  ["$", "USD"],
  ["€", "EUR"],
  ["£", "GBP"],
  ["₹", "INR"],
  ["¥", "JPY"],
  ["₩", "KRW"],
  ["₽", "RUB"],
  ["₺", "TRY"],
  ["₴", "UAH"],
  ["₪", "ILS"],
  ["฿", "THB"],
  ["₫", "VND"],
  ["₱", "PHP"],
  ["₦", "NGN"],
];

/** Codes written in capitals, before or after. Codes that are also words of the trade (PHP, ALL, TOP) are left out. */
const CODES =
  "USD EUR GBP INR JPY CNY AUD CAD NZD CHF SEK NOK DKK ISK PLN CZK HUF RON BGN BRL MXN ARS CLP COP UYU ZAR NGN KES GHS EGP MAD AED SAR QAR ILS TRY RUB UAH SGD HKD TWD KRW THB IDR MYR VND PKR BDT LKR".split(
    " ",
  );

/** Names and abbreviations, compared without case; `true` where they may stand before the amount. */
const NAMES: readonly (readonly [name: string, code: string, before: boolean])[] = [
  ["rs.", "INR", true],
  ["rs", "INR", true],
  ["sfr.", "CHF", true],
  ["sfr", "CHF", true],
  ["fr.", "CHF", true],
  ["kr.", "SEK", true],
  ["kr", "SEK", true],
  ["zł", "PLN", true],
  ["kč", "CZK", false],
  ["ft", "HUF", false],
  ["lei", "RON", false],
  ["rmb", "CNY", true],
  ["usd", "USD", true],
  ["eur", "EUR", true],
  ["gbp", "GBP", true],
  ["inr", "INR", true],
  ["aud", "AUD", true],
  ["cad", "CAD", true],
  ["chf", "CHF", true],
  ["us dollars", "USD", false],
  ["dollars", "USD", false],
  ["dollar", "USD", false],
  ["bucks", "USD", false],
  ["euros", "EUR", false],
  ["euro", "EUR", false],
  ["rupees", "INR", false],
  ["rupien", "INR", false],
  ["pounds", "GBP", false],
  ["pfund", "GBP", false],
  ["franken", "CHF", false],
  ["yen", "JPY", false],
  ["zloty", "PLN", false],
  ["kronor", "SEK", false],
  ["reais", "BRL", false],
];

/** Hundredths, after the amount. The currency is that of the document. */
const CENTS = ["¢", "cents", "cent", "cts", "ct", "centimes", "centime", "centavos", "céntimos", "rappen"];

const SIGN_OF = new Map(SIGNS);
const NAME_OF = new Map([...NAMES.map(([name, code]) => [name, code] as const), ...CODES.map((code) => [code.toLowerCase(), code] as const)]);
const CENT_NAMES: ReadonlySet<string> = new Set(CENTS);

const escaped = (text: string) => text.replace(/[.$]/g, "\\$&");
const signs = SIGNS.map(([sign]) => escaped(sign)).join("|");
const lettered = (names: readonly string[]) =>
  names.map((name) => (/^[a-z]/.test(name) ? `(?:${escaped(name)}|${escaped(capital(name))}|${escaped(name.toUpperCase())})` : name)).join("|");
const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The currency at the very end of the text before a number. */
const BEFORE = new RegExp(
  `(?:(?<![\\p{L}\\p{N}_$\\\\{€£₹¥])(${signs})|(?<![\\p{L}\\p{N}_$.-])(${[...CODES, lettered(NAMES.filter(([, , before]) => before).map(([name]) => name))].join("|")})(?:[$€£₹])?)[\\s\\u00A0\\u202F]?$`,
  "u",
);
/** "CAD $20": the code says which dollar. */
const CODE_AND_SIGN = new RegExp(`(?<![\\p{L}\\p{N}_$.-])()(${CODES.join("|")})\\s?[$€£₹¥]\\s?$`, "u");
/** The currency at the very beginning of the text after a number. */
const AFTER = new RegExp(
  `^[\\s\\u00A0\\u202F]?(?:(${signs})(?![\\p{L}\\p{N}_{($])|(¢|${[...CODES, lettered(NAMES.map(([name]) => name)), lettered(CENTS.slice(1))].join("|")})(?![\\p{L}\\p{N}_]))`,
  "u",
);

export interface CurrencyAt {
  /** Characters of the text it takes, blanks between it and the number included. */
  length: number;
  code: string | null;
  cents: boolean;
}

/** The currency written right before a number; `before` is the text up to it. */
export function currencyBefore(before: string): CurrencyAt | null {
  const match = CODE_AND_SIGN.exec(before) ?? BEFORE.exec(before);
  if (match === null) return null;
  return { length: match[0].length, code: codeOf(match), cents: false };
}

/** The currency written right after a number; `after` is the text from its end. */
export function currencyAfter(after: string): CurrencyAt | null {
  const match = AFTER.exec(after);
  if (match === null) return null;
  return { length: match[0].length, code: codeOf(match), cents: CENT_NAMES.has((match[2] ?? "").toLowerCase()) };
}

function codeOf(match: RegExpExecArray): string | null {
  return SIGN_OF.get(match[1] ?? "") ?? NAME_OF.get((match[2] ?? "").toLowerCase()) ?? null;
}
