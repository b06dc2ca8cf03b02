import { findCalendar } from "../grammar/calendar";
import { findDurations } from "../grammar/duration";
import { normalise, wordTest } from "../lexicon/words";
import type { Table } from "../tree";
import { bareStep, type RawStep } from "./step-of";
import { cellText, columnOf } from "./tables";
import { onClock, timeInFront } from "./wall-clock";

export const ACTION_COLUMN = wordTest([
  "action",
  "actions",
  "task",
  "tasks",
  "step",
  "steps",
  "activity",
  "activities",
  "what",
  "do",
  "to do",
  "todo",
  "operation",
  "operations",
  "vorgang",
  "arbeitsschritt",
  "operacion",
  "work",
  "what happens",
  "event",
  "description",
  "aktion",
  "aufgabe",
  "aufgaben",
  "schritt",
  "schritte",
  "tatigkeit*",
  "quoi",
  "que",
  "massnahme*",
  "was",
  "etape",
  "etapes",
  "tache",
  "taches",
  "accion",
  "acciones",
  "tarea",
  "tareas",
  "paso",
  "pasos",
  "actividad*",
]);
export const TIME_COLUMN = wordTest([
  "time",
  "when",
  "offset",
  "t",
  "clock",
  "start",
  "minute",
  "zeit",
  "wann",
  "uhrzeit",
  "heure",
  "quand",
  "hora",
  "cuando",
  "t+",
]);
const OWNER_COLUMN = wordTest(["owner", "who", "responsible", "team", "lead", "wer", "verantwortlich*", "qui", "responsable", "quien"]);
const LENGTH_COLUMN = wordTest(["duration", "takes", "length", "dauer", "duree", "duracion", "estimate", "time"]);
const COMMAND_COLUMN = wordTest(["command", "commands", "befehl*", "commande*", "comando*"]);
const STATE_COLUMN = wordTest(["status", "done", "state", "erledigt", "fait", "hecho"]);
const NUMBER_COLUMN = wordTest(["step", "no", "nr", "n", "order", "schritt", "paso", "etape"]);
const OPEN = /^(?:\u2610|\u25A1|\[ \]|open|todo|to do|pending|offen|ouvert|pendiente)$/u;
const DONE = /^(?:\u2611|\u2705|\u2713|\u2714|done|complete[d]?|yes|\[x\]|x|erledigt|fait|hecho)\uFE0F?$/u;

/** Rows of a table whose columns say what is to be done, in which order or when. Empty for any other table. Pure. */
export function stepsOfTable(table: Table): RawStep[] {
  const columns = table.header.cells.map((cell) => normalise(cell.text));
  const time = columns.findIndex((text) => TIME_COLUMN.test(text));
  const first = columns[0] ?? "";
  const counted = first === "#" || NUMBER_COLUMN.test(first);
  // In "Step | Action" the first column numbers, in "Step | Owner" it is what is to be done.
  let action = columns.findIndex((text, i) => i !== time && !(i === 0 && counted && columns.length > 1) && ACTION_COLUMN.test(text));
  if (action < 0 && ACTION_COLUMN.test(first) && time !== 0) action = 0;
  if (action < 0 || columns.length < 2) return [];
  const owner = columnOf(table, OWNER_COLUMN);
  const length = columns.findIndex((text, i) => i !== time && LENGTH_COLUMN.test(text));
  const command = columnOf(table, COMMAND_COLUMN);
  const state = columnOf(table, STATE_COLUMN);
  if (!counted && time < 0 && owner < 0 && length < 0 && command < 0 && state < 0) return [];
  const times: ReturnType<typeof timeInFront>[] = [];
  const steps = table.rows.flatMap((row): RawStep[] => {
    const title = cellText(row, action);
    if (title === "") return [];
    const calendar = time < 0 ? null : findCalendar(cellText(row, time));
    times.push(time < 0 ? null : timeInFront(cellText(row, time)));
    const takes = length < 0 ? undefined : findDurations(cellText(row, length))[0];
    const who = owner < 0 ? "" : cellText(row, owner);
    const runs = command < 0 ? "" : cellText(row, command);
    return [
      {
        ...bareStep(title, row.line),
        commands: runs === "" ? [] : [runs],
        ...(calendar?.offset === undefined ? {} : { offset: calendar.offset }),
        ...(takes === undefined ? {} : { expected: takes.maxDuration ?? takes.duration }),
        ...(who === "" ? {} : { owner: who.slice(0, 120) }),
        ...(state >= 0 && DONE.test(normalise(cellText(row, state)))
          ? { done: true }
          : state >= 0 && OPEN.test(normalise(cellText(row, state)))
            ? { done: false }
            : {}),
      },
    ];
  });
  return onClock(steps, times);
}
