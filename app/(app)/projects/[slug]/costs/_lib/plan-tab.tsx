import { ChartFigure } from "@/components/chart/chart-figure";
import { Legend, type LegendItem } from "@/components/chart/legend";
import { BudgetForm } from "@/components/cost/budget-form";
import { PlanChart } from "@/components/cost/charts";
import { Card } from "@/components/ui/layout";
import { Status, type Tone } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { Figure, SourceChip, Value } from "@/components/ui/value";
import { formatMoney, formatMoneyShort } from "@/lib/core/money";
import type { BudgetView, PlanAgainstActual } from "@/lib/cost/plan-against-actual";
import { againstPlan, endsText, monthName, signed } from "@/lib/cost/words";

const BUDGET_WORDS: Record<BudgetView["state"], { tone: Tone; word: string }> = {
  below: { tone: "ok", word: "below" },
  level: { tone: "info", word: "past a level" },
  "expected-over": { tone: "warn", word: "expected to exceed" },
  over: { tone: "bad", word: "exceeded" },
  unknown: { tone: "unknown", word: "no bill this month" },
};

/** Reasons are sentences, not figures: they keep the size of text. */
const SMALL = "data-[state=not-yet]:text-base data-[state=not-yet]:font-normal data-[state=unknown]:text-base data-[state=unknown]:font-normal";

/** The sentence of chart C1, also the answer of the page. */
export function planSentence(data: PlanAgainstActual): string {
  const { now, plan, currency } = data;
  const short = (amount: string) => formatMoneyShort(amount, currency);
  const parts = [
    now.actual === null ? `${monthName(now.month)}: no bill yet` : `${monthName(now.month)}: ${formatMoney(now.actual, currency)} so far`,
    now.expected === null ? null : `expected ${short(now.expected.amount)} (${short(now.expected.low)}–${short(now.expected.high)}, 4 in 5 chance)`,
    plan === null ? "no planned price" : `plan ${endsText(plan, currency)}${plan.unknown > 0 ? ` and ${plan.unknown} unknown` : ""}`,
    data.budgets[0] === undefined ? "no budget" : `budget ${formatMoney(data.budgets[0].perMonth, currency)}`,
  ];
  return `${parts.filter((part) => part !== null).join(", ")}.`;
}

export function PlanTab({ data, project, mayEdit }: { data: PlanAgainstActual; project: string; mayEdit: boolean }) {
  const { currency } = data;
  const billed = data.months.some((row) => row.actual !== null);
  return (
    <div className="grid grid-cols-1 gap-4">
      <Figures data={data} />
      <ChartFigure
        testId="chart-plan"
        heading="Billed against plan, by month"
        sentence={planSentence(data)}
        repeated
        height={300}
        legend={<Legend items={legend(data)} />}
        table={<MonthTable data={data} />}
      >
        {billed ? (
          <PlanChart
            title="Billed against plan, by month"
            desc={planSentence(data)}
            currency={currency}
            months={data.months.map((row) => ({
              month: row.month,
              actual: row.actual === null ? null : Number(row.actual),
              soFar: row.soFar,
              expected: row.expected === null ? null : { amount: Number(row.expected.amount), low: Number(row.expected.low), high: Number(row.expected.high) },
            }))}
            plan={data.plan === null ? null : { min: Number(data.plan.min), max: data.plan.max === null ? null : Number(data.plan.max) }}
            budgets={data.budgets.slice(0, 3).map((budget) => ({
              id: budget.id,
              name: budget.name,
              perMonth: Number(budget.perMonth),
              exceeded: budget.state === "over" || budget.state === "expected-over",
            }))}
          />
        ) : undefined}
      </ChartFigure>
      <Differences data={data} />
      <Budgets data={data} project={project} mayEdit={mayEdit} />
    </div>
  );
}

function legend(data: PlanAgainstActual): LegendItem[] {
  const items: LegendItem[] = [
    { token: "s2", text: "Billed", mark: "bar" },
    { token: "s2", text: "Running month so far, outline to its expected end", mark: "hatched" },
    {
      token: "s5",
      text: data.plan?.max === null ? "Plan, at least" : data.plan !== null && data.plan.min !== data.plan.max ? "Plan, a band up to its upper end" : "Plan",
    },
  ];
  return data.budgets.length === 0 ? items : [...items, { token: "s3", text: "Budget" }];
}

function Figures({ data }: { data: PlanAgainstActual }) {
  const { now, plan, currency } = data;
  return (
    <Card>
      <div className="grid gap-4 sm:grid-cols-3">
        <Figure
          testId="month-total"
          label={
            <>
              {monthName(now.month)} so far <SourceChip source="Billed" title="Sum of BilledCost of the imported bills" />
            </>
          }
          note={
            now.actual === null || plan === null || now.expected === null ? undefined : `expected end ${againstPlan(now.expected.amount, plan, currency).text}`
          }
        >
          <Value
            className={SMALL}
            value={
              now.actual === null
                ? { state: "not-yet", reason: "no bill for this month" }
                : { state: "value", text: formatMoney(now.actual, currency), zero: Number(now.actual) === 0 }
            }
          />
        </Figure>
        <Figure
          label={
            <>
              Expected at month end <SourceChip source="Estimated" title="A straight line through the last 90 days" />
            </>
          }
          note={now.expected === null ? undefined : `${formatMoney(now.expected.low, currency)}–${formatMoney(now.expected.high, currency)}, 4 in 5 chance`}
        >
          <Value
            className={SMALL}
            value={
              now.expected === null
                ? { state: "not-yet", reason: now.expectedReason ?? "no bill for this month" }
                : { state: "value", text: formatMoney(now.expected.amount, currency) }
            }
          />
        </Figure>
        <Figure
          label={
            <>
              Plan per month <SourceChip source="Planned" title="Sum of the line items of the current stack" />
            </>
          }
          note={plan === null ? undefined : planNote(plan)}
        >
          <Value
            className={SMALL}
            value={plan === null ? { state: "unknown", reason: "the current stack has no prices" } : { state: "value", text: endsText(plan, currency) }}
          />
        </Figure>
      </div>
    </Card>
  );
}

function planNote(plan: NonNullable<PlanAgainstActual["plan"]>): string {
  const notes = [plan.stack];
  if (plan.unknown > 0) notes.push(`${plan.unknown} price${plan.unknown > 1 ? "s" : ""} unknown`);
  if (plan.dependsOnUsage > 0) notes.push(`${plan.dependsOnUsage} grow with usage`);
  if (plan.others.length > 0) notes.push(`and ${plan.others.join(", ")} (not added up)`);
  return notes.join(" · ");
}

function MonthTable({ data }: { data: PlanAgainstActual }) {
  const { currency, plan } = data;
  return (
    <Table
      caption="Billed and planned cost by month"
      head={
        <tr>
          <Th>Month</Th>
          <Th number>Billed</Th>
          <Th number>Plan</Th>
          <Th>Difference</Th>
        </tr>
      }
    >
      {data.months.map((row) => (
        <tr key={row.month}>
          <RowTh>
            {monthName(row.month)}
            {row.soFar ? " (so far)" : ""}
          </RowTh>
          <Td number>{row.actual === null ? "– no bill" : formatMoney(row.actual, currency)}</Td>
          <Td number>{plan === null ? "n/a" : endsText(plan, currency)}</Td>
          <Td>{row.actual === null || plan === null ? "n/a" : row.soFar ? "month not over" : againstPlan(row.actual, plan, currency).text}</Td>
        </tr>
      ))}
    </Table>
  );
}

function Differences({ data }: { data: PlanAgainstActual }) {
  const { differences, currency } = data;
  if (differences === null) return null;
  return (
    <Card title={`Largest differences by service, ${monthName(differences.month)}`}>
      <Table
        caption="Billed against planned cost by service"
        head={
          <tr>
            <Th>Service</Th>
            <Th number>Billed</Th>
            <Th number>Plan</Th>
            <Th number>Difference</Th>
          </tr>
        }
      >
        {differences.rows.map((row) => (
          <tr key={row.name}>
            <RowTh>{row.name}</RowTh>
            <Td number>{row.actual === null ? "– in no bill" : formatMoney(row.actual, currency)}</Td>
            <Td number>{row.min === null ? "– not planned" : endsText(row, currency)}</Td>
            <Td number>{signed(row.difference, currency)}</Td>
          </tr>
        ))}
        {differences.other === null ? null : (
          <tr>
            <RowTh>Other ({differences.other.count})</RowTh>
            <Td number>n/a</Td>
            <Td number>n/a</Td>
            <Td number>{signed(differences.other.difference, currency)}</Td>
          </tr>
        )}
      </Table>
      <p className="mt-2 text-sm text-ink-2">Services of bills and plan are matched by name. Inside a planned range the difference is zero.</p>
    </Card>
  );
}

function Budgets({ data, project, mayEdit }: { data: PlanAgainstActual; project: string; mayEdit: boolean }) {
  return (
    <Card title="Budgets" id="budgets">
      {data.budgets.length === 0 ? (
        <p className="mb-3 text-ink-2">No budget yet. With one, this page says when the month is expected to exceed it.</p>
      ) : (
        <ul className="mb-3 grid gap-1.5">
          {data.budgets.map((budget) => (
            <li key={budget.id} className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-semibold">{budget.name}</span>
              <span className="num">
                {formatMoney(budget.amount, data.currency)} per {budget.period}
              </span>
              <Status tone={BUDGET_WORDS[budget.state].tone}>{BUDGET_WORDS[budget.state].word}</Status>
            </li>
          ))}
        </ul>
      )}
      {mayEdit ? (
        <BudgetForm
          project={project}
          currency={data.currency}
          budgets={data.budgets.map(({ id, name, amount, period, version }) => ({ id, name, amount, period, version }))}
        />
      ) : null}
    </Card>
  );
}
