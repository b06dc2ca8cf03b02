import { Facts } from "@/components/ui/layout";
import { Badge } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import type { OptionMatrixView } from "@/lib/decision/types";

/** Options × factors of the plan, with the winner of each factor in words. */
export function OptionMatrices({ matrices }: { matrices: OptionMatrixView[] }) {
  return (
    <div className="grid gap-5 [&>*]:min-w-0">
      {matrices.map((matrix) => (
        <section key={matrix.key} aria-label={matrix.title}>
          <h3 className="mb-1">
            {matrix.title}
            {matrix.winner === undefined ? null : <span className="font-normal text-ink-2">: {matrix.winner}</span>}
          </h3>
          <ul className="grid gap-2 sm:hidden">
            {matrix.rows.map((row) => (
              <li key={row.factor} className="rounded-lg border border-line p-3 text-sm">
                <p className="flex flex-wrap items-center justify-between gap-2 font-semibold">
                  {row.factor} <Winner winner={row.winner} />
                </p>
                <Facts className="mt-1" items={matrix.options.map((option, index) => ({ name: option, value: row.cells[index] ?? "–" }))} />
              </li>
            ))}
          </ul>
          <Table
            caption={matrix.title}
            hideOnPhone
            head={
              <tr>
                <Th>Factor</Th>
                {matrix.options.map((option) => (
                  <Th key={option}>{option}</Th>
                ))}
                <Th>Winner</Th>
              </tr>
            }
          >
            {matrix.rows.map((row) => (
              <tr key={row.factor}>
                <RowTh>{row.factor}</RowTh>
                {row.cells.map((cell, index) => (
                  <Td key={matrix.options[index] ?? index}>{cell}</Td>
                ))}
                <Td>
                  <Winner winner={row.winner} />
                </Td>
              </tr>
            ))}
          </Table>
        </section>
      ))}
    </div>
  );
}

function Winner({ winner }: { winner: string | undefined }) {
  if (winner === undefined) return <>–</>;
  return winner.toLowerCase() === "tie" ? <>Tie</> : <Badge tone="info">{winner}</Badge>;
}
