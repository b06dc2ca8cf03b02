import { BillUpload } from "@/components/cost/bill-upload";
import { UndoImport } from "@/components/cost/undo-import";
import { Card, CommandLine } from "@/components/ui/layout";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { formatMoney } from "@/lib/core/money";
import type { BillImportView } from "@/lib/cost/bill-imports";
import { dayName } from "@/lib/cost/words";

/** Imported bills, the upload, and how to do it from a program. */
export function Bills({ imports, project, may }: { imports: BillImportView[]; project: string; may: { add: boolean; undo: boolean } }) {
  return (
    <Card title="Bills" id="bills">
      {may.add ? <BillUpload project={project} /> : <p className="text-ink-2">Your role cannot import bills.</p>}
      <details className="mt-3">
        <summary className="inline-flex min-h-9 cursor-pointer items-center text-sm font-semibold text-accent max-rail:min-h-11">
          From a terminal or a program
        </summary>
        <CommandLine>{`npm run switchyard -- bill FILE.csv --project ${project}

curl -X POST "$SWITCHYARD_URL/api/v1/projects/${project}/bills?name=FILE.csv" \\
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: text/csv" --data-binary @FILE.csv`}</CommandLine>
      </details>
      {imports.length === 0 ? null : (
        <div className="mt-4">
          <Table
            caption="Imported bills, newest first"
            head={
              <tr>
                <Th>File</Th>
                <Th>Charges</Th>
                <Th number>Rows</Th>
                <Th number>Refused</Th>
                <Th number>Billed</Th>
                <Th>Imported</Th>
                <Th>
                  <span className="sr-only">Action</span>
                </Th>
              </tr>
            }
          >
            {imports.map((bill) => (
              <tr key={bill.import} className={bill.undoneAt === null ? undefined : "text-ink-2"}>
                <RowTh className="max-w-64 break-words">{bill.fileName}</RowTh>
                <Td className="whitespace-nowrap">{bill.from === null || bill.to === null ? "n/a" : `${dayName(bill.from)} – ${dayName(bill.to)}`}</Td>
                <Td number>{bill.rows.toLocaleString("en-US")}</Td>
                <Td number>{bill.rejected === 0 ? "0" : <Refused bill={bill} />}</Td>
                <Td number>{formatMoney(bill.billed, bill.currency)}</Td>
                <Td>
                  {dayName(bill.at)}
                  {bill.by === null ? "" : ` by ${bill.by}`}
                  {bill.unchanged === bill.rows ? "; all rows were there already" : ""}
                </Td>
                <Td>
                  {bill.undoneAt !== null ? (
                    <span>undone {dayName(bill.undoneAt)}</span>
                  ) : may.undo ? (
                    <UndoImport
                      project={project}
                      importId={bill.import}
                      fileName={bill.fileName}
                      rows={bill.rows}
                      billed={formatMoney(bill.billed, bill.currency)}
                    />
                  ) : null}
                </Td>
              </tr>
            ))}
          </Table>
        </div>
      )}
    </Card>
  );
}

function Refused({ bill }: { bill: BillImportView }) {
  return (
    <details className="text-left">
      <summary className="cursor-pointer text-right font-semibold text-warn">{bill.rejected}</summary>
      <ul className="list-disc pl-4 whitespace-normal">
        {bill.rejections.slice(0, 10).map((entry) => (
          <li key={entry.line}>
            line {entry.line} {entry.reason}
          </li>
        ))}
      </ul>
      {bill.rejected > 10 ? <p>and {bill.rejected - 10} more</p> : null}
    </details>
  );
}
