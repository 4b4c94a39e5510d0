/** Components that several pages use. */
import { inLanguage } from "@gatehouse/access/catalogue";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { permissions as catalogue, type Permission } from "../permissions.ts";
import type { Problem } from "../types.ts";
import { usePermissions } from "./access.ts";
import { useApp } from "./app-state.tsx";
import type { Loaded } from "./use-loaded.ts";

/** The page's title, which gets the focus when the page opens, and its actions. */
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
    // Not on the first page of a visit.
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
 * Shows its children if the user has the permission. While the permissions are unknown, loaded data stays visible and nothing is
 * fetched.
 */
export function RequirePermission<T>({
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
        {problem !== null && phase === "live" && <LoadError problem={problem} retry={retry} />}
        {children(value)}
      </>
    );
  if (problem !== null) return <LoadError problem={problem} retry={retry} />;
  return <p className="waiting" aria-busy="true" />;
}

function NotAllowed({ need }: { readonly need: Permission }) {
  const group = catalogue.definition.find(({ actions }) =>
    actions.some(({ permission }) => permission === need),
  );
  return (
    <Empty title="You don’t have access to this page">
      None of your roles gives “View” in {group === undefined ? need : inLanguage(group.label, "en")} (
      <code>{need}</code>). Ask a person who manages roles in Gatehouse. This page opens automatically when
      you get access.
    </Empty>
  );
}

function LoadError({ problem, retry }: { readonly problem: Problem; readonly retry: () => void }) {
  return (
    <p className="notice bad">
      <span>{problem.detail}</span>
      <button type="button" className="button" onClick={retry}>
        Try again
      </button>
    </p>
  );
}

/** An empty state with the next step. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="empty">
      <h2>{title}</h2>
      <p>{children}</p>
    </section>
  );
}

/** A field with its label, a hint and an error. */
export function Field({
  path,
  label,
  hint,
  error,
  children,
}: {
  /** The field's name in the API. */
  readonly path: string;
  readonly label: string;
  readonly hint?: string;
  readonly error: string | undefined;
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
      {children({ id, name: path, "aria-describedby": `${id}-more`, "aria-invalid": error !== undefined })}
      <p id={`${id}-more`} className={error === undefined ? "quiet" : "error"}>
        {error ?? hint}
      </p>
    </div>
  );
}
