import { describe, expect, it } from "vitest";
import type { ActionView, RunView, StepView } from "@/components/migration/view";
import type { RunCommand } from "@/lib/migration/types";
import { stepChoices } from "./step-choices";

type Run = Parameters<typeof stepChoices>[0];

const action = (command: RunCommand, more: Partial<ActionView> = {}): ActionView => ({
  command,
  label: command,
  reasons: [],
  confirm: null,
  href: null,
  step: "copy",
  ...more,
});
const step = (more: Partial<StepView>) => ({ key: "copy", broken: true, unknown: null, ...more }) as StepView;
const run = (more: Partial<RunView>): Run =>
  ({
    status: "paused",
    current: step({}),
    actions: [action("retry"), action("skip"), action("approve"), action("confirm", { reasons: ["no"] })],
    ...more,
  }) as Run;

describe("choices about the step at hand", () => {
  it("put the retry of a step that broke where one looks for what to do next, and the rest beside the step", () => {
    expect(stepChoices(run({}))).toMatchObject({ barRetry: { command: "retry" }, retry: null, skip: { command: "skip" }, confirm: null, any: true });
  });

  it.each([
    ["a step that is tried again by itself", { current: step({ broken: false }) }],
    ["an effect that nobody can tell", { current: step({ unknown: { observed: "?" } as StepView["unknown"] }) }],
    ["an approval that is waited for as well", { actions: [action("retry"), action("approve", { href: "/approvals/1" })] }],
  ])("leave it beside the step: %s", (_name, more) => expect(stepChoices(run(more))).toMatchObject({ barRetry: null, retry: { command: "retry" }, any: true }));

  it("are none where the server refuses every command", () => {
    const actions = (["retry", "skip", "confirm", "resume"] as const).map((command) => action(command, { reasons: ["not you"] }));
    expect(stepChoices(run({ actions }))).toEqual({ barRetry: null, confirm: null, retry: null, skip: null, resume: null, any: false });
  });

  it("show Resume beside the step only while an approval has its place", () => {
    const actions = [action("resume"), action("approve", { href: "/approvals/1" })];
    expect(stepChoices(run({ actions })).resume).not.toBeNull();
    expect(stepChoices(run({ actions: [action("resume"), action("approve")] })).resume).toBeNull();
  });
});
