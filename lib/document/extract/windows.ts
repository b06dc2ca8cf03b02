import { normalise } from "../lexicon/words";
import type { Extract } from "./types";

const DAYS: Record<string, "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday"> = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
};
/** `backup_window = "01:30-02:15"`, `maintenance_window: sat:22:00-sat:23:30 UTC`. */
const WINDOW =
  /^\s*(?:[-*]\s*)?["']?([A-Za-z][\w -]{0,40}window)["']?\s*[=:]\s*["']?(?:([A-Za-z]{3})[a-z]*[: ])?(\d{1,2}:\d{2})\s*[-–]\s*(?:[A-Za-z]{3}[a-z]*[: ])?(\d{1,2}:\d{2})["']?\s*([A-Z]{2,5}\b|[A-Z][a-z]+\/[A-Z]\w+)?/i;

/** Windows of the clock that configuration sets: backups, maintenance. */
export const windows: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    for (const { text, line } of block.lines) {
      const match = WINDOW.exec(text);
      if (match === null) continue;
      const [start, end] = [clock(match[3] ?? ""), clock(match[4] ?? "")];
      if (start === null || end === null) continue;
      const day = DAYS[(match[2] ?? "").slice(0, 3).toLowerCase()];
      const zone = match[5];
      const what = normalise((match[1] ?? "").replace(/[_-]/g, " "));
      draft.add(
        "windows",
        {
          what: what.charAt(0).toUpperCase() + what.slice(1),
          start,
          end,
          line,
          ...(day === undefined ? {} : { day }),
          ...(zone === undefined ? {} : { zoneText: zone }),
        },
        line,
      );
    }
  }
};

function clock(text: string): string | null {
  const [hour, minute] = text.split(":").map(Number);
  if (hour === undefined || minute === undefined || hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
