import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/instance";

/** The `now` of a request: by the clock of our own database, whatever this host's says (F-ENG-15). */
export async function presentTime(): Promise<Date> {
  return await databaseNow(database().pool);
}
