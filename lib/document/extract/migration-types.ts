import type { Entry } from "../draft";

/** A migration as it is added to the draft, and its parts. */
export type PlanMigrationInput = Entry<"migrations">;
export type PlanPhaseInput = NonNullable<PlanMigrationInput["phases"]>[number];
export type PlanStepInput = NonNullable<PlanPhaseInput["steps"]>[number];
export type PlanCalendar = NonNullable<PlanPhaseInput["planned"]>;
export type CutoverEvent = NonNullable<PlanMigrationInput["cutover"]>[number];
export type TrafficEntry = NonNullable<PlanMigrationInput["traffic"]>[number];
export type ScheduleEntry = NonNullable<PlanMigrationInput["schedule"]>[number];
export type RollbackInput = NonNullable<PlanMigrationInput["rollback"]>;
