/** Words for units of time in English, German, French and Spanish, normalised (lower case, no accents), with their length in milliseconds. */

export type TimeUnit = "ms" | "s" | "m" | "h" | "d" | "w" | "month" | "quarter" | "year";

export const UNIT_MS: Record<TimeUnit, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  month: 30 * 86_400_000,
  quarter: 91 * 86_400_000,
  year: 365 * 86_400_000,
};

const WORDS: Record<TimeUnit, readonly string[]> = {
  ms: ["ms", "msec", "millisecond", "milliseconds", "millisekunden", "millisecondes", "milisegundos"],
  s: ["s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden", "seconde", "secondes", "segundo", "segundos"],
  m: ["m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos", "mn"],
  h: ["h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora", "horas"],
  d: ["d", "day", "days", "tag", "tage", "tagen", "werktag", "werktage", "werktagen", "jour", "jours", "dia", "dias"],
  w: ["w", "wk", "wks", "week", "weeks", "woche", "wochen", "semaine", "semaines", "semana", "semanas"],
  month: ["mo", "mos", "month", "months", "monat", "monate", "monaten", "mois", "mes", "meses"],
  quarter: ["quarter", "quarters", "quartal", "quartale", "trimestre", "trimestres"],
  year: ["yr", "yrs", "year", "years", "jahr", "jahre", "jahren", "annee", "annees", "ans", "ano", "anos"],
};

/** Unit of each word. */
export const UNIT_OF: ReadonlyMap<string, TimeUnit> = new Map(
  Object.entries(WORDS).flatMap(([unit, words]) => words.map((word) => [word, unit as TimeUnit] as const)),
);

/** Numbers that are written as words in front of a unit. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    half: 0.5,
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    twelve: 12,
    fifteen: 15,
    twenty: 20,
    thirty: 30,
    eine: 1,
    einen: 1,
    einem: 1,
    einer: 1,
    zwei: 2,
    drei: 3,
    vier: 4,
    funf: 5,
    sechs: 6,
    sieben: 7,
    acht: 8,
    zehn: 10,
    une: 1,
    deux: 2,
    trois: 3,
    quatre: 4,
    cinq: 5,
    sept: 7,
    huit: 8,
    dix: 10,
    quinze: 15,
    una: 1,
    dos: 2,
    tres: 3,
    cuatro: 4,
    cinco: 5,
    seis: 6,
    siete: 7,
    ocho: 8,
    diez: 10,
  }),
);

/** Words that number a stretch of a calendar: "Week 3", "Tag 2". */
export const CALENDAR_WORDS: Record<"weeks" | "days" | "months" | "hours" | "minutes", readonly string[]> = {
  weeks: ["week", "weeks", "wk", "wks", "woche", "wochen", "semaine", "semaines", "semana", "semanas", "sem", "kw"],
  days: ["day", "days", "tag", "tage", "jour", "jours", "dia", "dias"],
  months: ["month", "months", "monat", "monate", "mois", "mes", "meses"],
  hours: ["hour", "hours", "stunde", "stunden", "heure", "heures", "hora", "horas"],
  minutes: ["minute", "minutes", "minuten", "minuto", "minutos"],
};
