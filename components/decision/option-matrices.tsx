import { Badge } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import type { OptionMatrixView } from "@/lib/decision/types";

/** Options × factors of the plan, with the winner of each factor in words. */
export function OptionMatrices({ matrices }: { matrices: OptionMatrixView[] }) {
  return (
    <div className="grid gap-5">
      {matrices.map((matrix) => (
        <section key={matrix.key} aria-label={matrix.title}>
          <h3 className="mb-1">
            {matrix.title}
            {matrix.winner === undefined ? null : <span className="font-normal text-ink-2">: {matrix.winner}</span>}
          </h3>
          <Table
            caption={matrix.title}
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
                <Td>{row.winner === undefined ? "–" : row.winner.toLowerCase() === "tie" ? "Tie" : <Badge tone="info">{row.winner}</Badge>}</Td>
              </tr>
            ))}
          </Table>
        </section>
      ))}
    </div>
  );
}
