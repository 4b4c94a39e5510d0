/** Parts that several pages are made of. */
import { type ReactNode, useEffect, useId, useRef } from "react";
import { permissions as catalogue, type Permission } from "../permissions.ts";
import type { Problem } from "../shapes.ts";
import { usePermissions } from "./access.ts";
import { useApp } from "./app-state.tsx";
import type { Loaded } from "./use-loaded.ts";

/** The title of a page, which takes the focus when the page opens, and what can be done on it. */
export function PageTitle({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: string;
  readonly children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Lodos Engage`;
  }, [title]);
  useEffect(() => {
    // On the first page of a visit nobody came from anywhere.
    if (document.activeElement !== document.body || window.history.length > 1) heading.current?.focus();
  }, []);
  return (
    <div className="title">
      <h1 ref={heading} tabIndex={-1}>
        {title}
        {aside !== undefined && <span className="aside">{aside}</span>}
      </h1>
      {children !== undefined && <div className="actions">{children}</div>}
    </div>
  );
}

/**
 * Shows a page to whoever may see it. While it isn't known whether they may, what is there already stays, and what isn't
 * is not fetched.
 */
export function Guarded<T>({
  need,
  loaded,
  children,
}: {
  readonly need: Permission;
  readonly loaded: Loaded<T>;
  readonly children: (value: T) => ReactNode;
}) {
  const { phase } = useApp();
  const { can } = usePermissions();
  const { value, problem, retry } = loaded;
  if (phase === "live" && !can(need)) return <NotAllowed need={need} />;
  if (value !== null)
    return (
      <>
        {problem !== null && phase === "live" && <Trouble problem={problem} retry={retry} />}
        {children(value)}
      </>
    );
  if (problem !== null) return <Trouble problem={problem} retry={retry} />;
  return <p className="waiting" aria-busy="true" />;
}

function NotAllowed({ need }: { readonly need: Permission }) {
  const group = catalogue.definition.find(({ actions }) =>
    actions.some(({ permission }) => permission === need),
  );
  return (
    <Empty title="This page isn’t open to you">
      None of your roles gives “View” in {group?.label ?? need} (<code>{need}</code>). Ask somebody who
      manages roles in Gatehouse: the page opens by itself when you get one.
    </Empty>
  );
}

function Trouble({ problem, retry }: { readonly problem: Problem; readonly retry: () => void }) {
  return (
    <p className="note bad">
      <span>{problem.detail}</span>
      <button type="button" className="button" onClick={retry}>
        Try again
      </button>
    </p>
  );
}

/** Says that there is nothing, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="empty">
      <h2>{title}</h2>
      <p>{children}</p>
    </section>
  );
}

/** A field with its name, a hint and what is wrong with it. */
export function Field({
  path,
  label,
  hint,
  fault,
  children,
}: {
  /** What the server calls it. */
  readonly path: string;
  readonly label: string;
  readonly hint?: string;
  readonly fault: string | undefined;
  readonly children: (props: {
    id: string;
    name: string;
    "aria-describedby": string;
    "aria-invalid": boolean;
  }) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, name: path, "aria-describedby": `${id}-more`, "aria-invalid": fault !== undefined })}
      <p id={`${id}-more`} className={fault === undefined ? "quiet" : "fault"}>
        {fault ?? hint}
      </p>
    </div>
  );
}
