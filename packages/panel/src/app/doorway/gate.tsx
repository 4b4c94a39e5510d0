import { useLingui } from "@lingui/react/macro";
import { useRouteContext } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { Mark } from "../../ui/icons.tsx";
import { LinkButton } from "../../ui/text.tsx";
import { usePageTitle } from "../navigation/use-page-title.ts";
import styles from "./gate.module.css";

interface GateProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  /** Small print at the threshold. */
  readonly foot?: ReactNode;
}

/** A doorway page: everything before the shell happens inside the arch. */
export function Gate({ title, lead, children, foot }: GateProps) {
  const main = useRef<HTMLElement>(null);
  usePageTitle(title);
  // A page that takes another's place in the arch is read from its heading on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another title is another page
  useEffect(() => {
    if (main.current?.contains(document.activeElement)) return;
    main.current?.querySelector("h1")?.focus({ preventScroll: true });
  }, [title]);
  return (
    <div className={styles["door"]}>
      <main ref={main} className={styles["gate"]}>
        <Mark className={styles["mark"]} />
        <h1 tabIndex={-1}>{title}</h1>
        {lead === undefined ? null : <p className={styles["lead"]}>{lead}</p>}
        {children === undefined ? null : <div className={styles["content"]}>{children}</div>}
        <footer className={styles["foot"]}>
          {foot === undefined ? null : <p>{foot}</p>}
          <OtherLanguage />
        </footer>
      </main>
    </div>
  );
}

/** The way to the other language, written in that language. */
function OtherLanguage() {
  const { i18n } = useLingui();
  const { languages } = useRouteContext({ from: "__root__" });
  const other = i18n.locale === "tr" ? "en" : "tr";
  return (
    <LinkButton lang={other} onClick={() => void languages.use(other)}>
      {other === "tr" ? "Türkçe" : "English"}
    </LinkButton>
  );
}
