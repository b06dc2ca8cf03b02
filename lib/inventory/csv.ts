/**
 * One cell of a CSV file that people open in a spreadsheet: quoted where needed, and text that a spreadsheet would
 * run as a formula is led by an apostrophe. Numbers are left as numbers. Pure.
 */
export function csvCell(value: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(value);
  const safe = !isNumber && /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",;\n\r\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as CSV text after RFC 4180. Pure. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}
