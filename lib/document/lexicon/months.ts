/** Months and weekdays in English, German, French and Spanish, without accents, lower case; full names and usual short forms. */

const MONTH_NAMES: readonly string[] = [
  "january januar janner janvier enero jan ene",
  "february februar fevrier febrero feb fev",
  "march marz mars marzo mar",
  "april avril abril apr avr abr",
  "may mai mayo",
  "june juni juin junio jun",
  "july juli juillet julio jul juil",
  "august aout agosto aug ago",
  "september septembre septiembre setiembre sep sept",
  "october oktober octobre octubre oct okt",
  "november novembre noviembre nov",
  "december dezember decembre diciembre dec dez dic",
];

/** 1–12 of each name. */
export const MONTHS: ReadonlyMap<string, number> = new Map(MONTH_NAMES.flatMap((names, i) => names.split(" ").map((name) => [name, i + 1] as const)));

const DAY_NAMES: readonly string[] = [
  "monday montag lundi lunes mon mo",
  "tuesday dienstag mardi martes tue tues di",
  "wednesday mittwoch mercredi miercoles wed mi",
  "thursday donnerstag jeudi jueves thu thurs do",
  "friday freitag vendredi viernes fri fr",
  "saturday samstag sonnabend samedi sabado sat sa",
  "sunday sonntag dimanche domingo sun so",
];

/** 1 (Monday) to 7 of each name. */
export const WEEKDAYS: ReadonlyMap<string, number> = new Map(DAY_NAMES.flatMap((names, i) => names.split(" ").map((name) => [name, i + 1] as const)));
