import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

interface PageHeaderProps {
  title: ReactNode;
  /** One sentence, made on the server, that answers the page's question. */
  answer: ReactNode;
  /** Small line above the title: where this page belongs. */
  above?: ReactNode;
  actions?: ReactNode;
}

/** Title, the sentence that answers the page's question, and the primary action. */
export function PageHeader({ title, answer, above, actions }: PageHeaderProps) {
  return (
    <header className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 max-w-4xl">
        {above === undefined ? null : <p className="text-sm text-ink-2">{above}</p>}
        <h1 className="break-words">{title}</h1>
        <p data-testid="answer" className="mt-1 text-base text-ink">
          {answer}
        </p>
      </div>
      {actions === undefined ? null : <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  );
}

/** A panel with a heading. */
export function Card({
  title,
  actions,
  children,
  className,
  id,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  id?: string;
}) {
  return (
    <section id={id} className={classNames("rounded-xl border border-line bg-panel p-4 shadow-(--shadow)", className)}>
      {title === undefined && actions === undefined ? null : (
        <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
          {title === undefined ? null : <h2>{title}</h2>}
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}

/** An empty place that says what will be here and how to make it appear. */
export function EmptyState({ title, children, action }: { title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div data-testid="empty" className="rounded-xl border border-dashed border-line-strong bg-panel p-6">
      <h2>{title}</h2>
      {children === undefined ? null : <div className="mt-1 max-w-2xl text-ink-2">{children}</div>}
      {action === undefined ? null : <div className="mt-4 flex flex-wrap gap-2">{action}</div>}
    </div>
  );
}

/** A command to copy into a terminal. */
export function CommandLine({ children }: { children: string }) {
  return (
    <pre className="overflow-x-auto rounded-md border border-line bg-panel-2 px-3 py-2 text-sm text-ink">
      <code className="whitespace-pre-wrap break-words">{children}</code>
    </pre>
  );
}

/** Name and value pairs. */
export function Facts({ items, className }: { items: { name: ReactNode; value: ReactNode }[]; className?: string }) {
  return (
    <dl className={classNames("grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1.5 text-sm max-sm:grid-cols-1 max-sm:gap-y-0.5", className)}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is rendered once from props and never reordered
        <div key={index} className="contents">
          <dt className="text-ink-2 max-sm:mt-2">{item.name}</dt>
          <dd className="min-w-0 break-words">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
