import type { MoneyPeriod } from "../grammar/money";

/** Words that name the period of a price, normalised (lower case, no accents). */
const NOUNS: Record<Exclude<MoneyPeriod, "once">, readonly string[]> = {
  hour: ["h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora", "horas", "ora", "ore", "uur"],
  day: ["d", "day", "days", "tag", "tage", "jour", "jours", "dia", "dias", "giorno", "dag"],
  week: ["w", "wk", "wks", "week", "weeks", "woche", "wochen", "semaine", "semaines", "semana", "semanas", "settimana", "vecka", "uke"],
  month: [
    "m",
    "mo",
    "mos",
    "mth",
    "mths",
    "mnth",
    "mon",
    "month",
    "months",
    "monat",
    "monate",
    "monaten",
    "mois",
    "mes",
    "meses",
    "mese",
    "maand",
    "manad",
    "maned",
    "mnd",
  ],
  quarter: ["q", "qtr", "qtrs", "quarter", "quarters", "quartal", "quartale", "trimestre", "trimestres"],
  year: ["a", "y", "yr", "yrs", "year", "years", "annum", "jahr", "jahre", "jahren", "an", "ans", "annee", "annees", "ano", "anos", "anno", "jaar"],
};

const ADVERBS: Record<MoneyPeriod, readonly string[]> = {
  hour: ["hourly", "stundlich", "l'heure"],
  day: ["daily", "taglich", "journalier", "diario", "diarios"],
  week: ["weekly", "wochentlich", "hebdomadaire", "semanal", "semanales"],
  month: ["monthly", "pm", "p.m.", "pcm", "p.c.m.", "mtl.", "mtl", "monatlich", "mensuel", "mensuels", "mensuelle", "mensuelles", "mensual", "mensuales"],
  quarter: ["quarterly", "vierteljahrlich", "quartalsweise", "trimestriel", "trimestriels", "trimestral", "trimestrales"],
  year: ["yearly", "annual", "annually", "pa", "p.a.", "p.a", "jahrlich", "annuel", "annuels", "annuelle", "annuelles", "l'an", "anual", "anuales"],
  once: ["once", "one-time", "one-off", "onetime", "upfront", "up-front", "einmalig", "einmal", "non-recurring"],
};

const noun = new Map(Object.entries(NOUNS).flatMap(([period, words]) => words.map((word) => [word, period as MoneyPeriod] as const)));
const adverb = new Map(Object.entries(ADVERBS).flatMap(([period, words]) => words.map((word) => [word, period as MoneyPeriod] as const)));

const plain = (word: string) =>
  word
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[’‘]/g, "'")
    .replace(/[‐‑]/g, "-")
    .toLowerCase();

/** The period a noun names: "month", "Jahr", "mo". One letter counts only after a slash, which the caller has seen. */
export function periodOfNoun(word: string): MoneyPeriod | null {
  return noun.get(plain(word)) ?? null;
}

/** The period that a word beside an amount says: "monthly", "p.a.", "einmalig". */
export function periodOfAdverb(word: string): MoneyPeriod | null {
  return adverb.get(plain(word)) ?? null;
}
