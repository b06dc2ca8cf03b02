import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCp1252, macRomanByte } from "./charsets";
import { repairText } from "./repair";

const DROPPED = /[\u0081\u008D\u008F\u0090\u009D]/g;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const macSign = new Map<number, string>();
for (let code = 0x80; code <= 0xf8ff; code++) {
  const byte = macRomanByte(code);
  if (byte !== null && !macSign.has(byte)) macSign.set(byte, String.fromCharCode(code));
}

const asCp1252 = (text: string) => decodeCp1252(bytesOf(text));
const asCp1252Lossy = (text: string) => asCp1252(text).replace(DROPPED, "");
const asMacRoman = (text: string) => [...bytesOf(text)].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : (macSign.get(byte) ?? ""))).join("");

const PLAN = "# 🚀 Umzug – Übersicht\n\n- ✅ Kosten: €20–€40 → günstiger\n- ❌ nichts „Böses“\n┌──┐\n│ x │\n└──┘\n";

describe("wrongly decoded texts", () => {
  it("are repaired when no byte is lost", () => {
    expect(repairText(asCp1252(PLAN))).toEqual({ text: PLAN, damage: { kind: "UTF-8 read as cp1252", linesAffected: 6, linesNotRestorable: 0 } });
    expect(repairText(asMacRoman(PLAN))).toEqual({ text: PLAN, damage: { kind: "UTF-8 read as Mac Roman", linesAffected: 6, linesNotRestorable: 0 } });
  });

  it("are guessed where bytes are lost, and the lines counted", () => {
    const { text, damage } = repairText(asCp1252Lossy(PLAN));
    expect(damage).toEqual({ kind: "UTF-8 read as cp1252", linesAffected: 6, linesNotRestorable: 2 });
    expect(text).toBe(PLAN);
  });

  it.each([
    ["a cross", "- ❌ no", "- ❌ no"],
    ["quotation marks", "the “golden” data – all", "the “golden” data – all"],
    ["arrows", "new ← old → other", "new ← old → other"],
    ["a heavy line", "━━━━━ → x", "━━━━━ → x"],
    ["a corner", "┌────┐ →", "┌────┐ →"],
    ["a joiner between pictographs", "👨‍💻 writes – a lot", "👨‍💻 writes – a lot"],
    ["a variation selector", "⚠️ careful – very", "⚠️ careful – very"],
    ["a stopwatch", "⏱️ 5 min – fast", "⏱️ 5 min – fast"],
    ["Spanish capitals", "Índice – más", "Ándice – más"],
  ])("chooses what is likely: %s", (_what, original, expected) => {
    expect(repairText(asCp1252Lossy(original)).text).toBe(expected);
  });

  it("are repaired when it happened twice", () => {
    const clean = "Größe – 20 € → 40 €";
    expect(repairText(asCp1252(asCp1252(clean))).text).toBe(clean);
    expect(repairText(asMacRoman(asMacRoman(clean))).text).toBe(clean);
  });

  it("are repaired on single lines of a text that is otherwise right", () => {
    const right = "Größe und Maß für die Lösung\nÄnderungen, möglichst früh\n";
    expect(repairText(`${right}${asCp1252("20 € – 40 €")}\n`).text).toBe(`${right}20 € – 40 €\n`);
  });

  it("keep their lines whatever ends them", () => {
    expect(repairText("\uFEFFa\r\nb\rc\nd").text).toBe("a\nb\nc\nd");
    expect(repairText(asCp1252("\uFEFFä\r\n–\rß")).text).toBe("ä\n–\nß");
  });
});

const WORDS = [
  "l’équipe d’août s’arrête à Noël",
  "«Là-bas», dit-il — déjà vu…",
  "œuvre, cœur, Œdipe",
  "„Über“ Größe, Maß, Straße – „Äpfel“",
  "El niño comió piñas; ¿qué? ¡Olé! 20 °C",
  "São João não é só pão",
  "ZAŻÓŁĆ gęślą jaźń",
  "Привет, мир — как дела?",
  "«Москва» — столица",
  "Ελληνικά, π ≈ 3,14",
  "日本語のテキスト、です。",
  "中文文本,价格：¥20",
  "한국어 텍스트",
  "العربية نص",
  "עברית טקסט",
  "ไทย ข้อความ",
  "Tiếng Việt có dấu",
  "Čeština příliš žluťoučký kůň",
  "Türkçe ığüşöç",
  "✅ ready 🚀 → 99.9 % ≤ 5 ms · €20 £30 ¥500 ₹1,000",
  "┌──┬──┐ │ ▼ └──┘",
  "naïve café résumé coöperate",
  "5 – 10 € “quoted” ‘single’ …",
];

describe("texts that were read correctly", () => {
  it.each(WORDS)("stay: %s", (text) => {
    expect(repairText(text)).toEqual({ text, damage: null });
  });

  it("stay in any mixture", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...WORDS.flatMap((line) => [line, ...line.split(" ")])), { maxLength: 40 }),
        fc.constantFrom(" ", "\n"),
        (parts, between) => {
          const text = parts.join(between);
          expect(repairText(text)).toEqual({ text, damage: null });
        },
      ),
      { seed: 31, numRuns: 500 },
    );
  });

  it("come back from damage in any mixture", () => {
    const usual = WORDS.filter((line) => /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u.test(line));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...usual), { minLength: 1, maxLength: 20 }), fc.constantFrom(asCp1252, asMacRoman), (lines, damage) => {
        const text = lines.join("\n");
        expect(repairText(damage(text)).text).toBe(text);
      }),
      { seed: 32, numRuns: 300 },
    );
  });

  it("come back from damage in scripts of their own", () => {
    for (const line of WORDS) {
      const text = Array(12).fill(line).join("\n");
      expect(repairText(asCp1252(text)).text).toBe(text);
      expect(repairText(asMacRoman(text)).text).toBe(text);
    }
  });

  it("never change their number of lines, and nothing throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const lines = text.replace(/\r\n?/g, "\n").split("\n").length;
        expect(repairText(text).text.split("\n").length).toBe(lines);
      }),
      { seed: 33, numRuns: 500 },
    );
  });
});
