import { useLingui } from "@lingui/react/macro";
import { useRouteContext } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { usePageTitle } from "../../lib/navigation/page-change.ts";
import { Logo } from "../../ui/icons.tsx";
import { LinkButton } from "../../ui/text.tsx";
import styles from "./auth-layout.module.css";

interface AuthLayoutProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  readonly foot?: ReactNode;
}

/** The layout of pages outside the shell: sign-in, set-up, invitations, errors. */
export function AuthLayout({ title, lead, children, foot }: AuthLayoutProps) {
  const main = useRef<HTMLElement>(null);
  usePageTitle(title);
  // When another page replaces this one, screen readers continue at its heading.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another title is another page
  useEffect(() => {
    if (main.current?.contains(document.activeElement)) return;
    main.current?.querySelector("h1")?.focus({ preventScroll: true });
  }, [title]);
  return (
    <div className={styles["page"]}>
      <main ref={main} className={styles["main"]}>
        <Logo className={styles["logo"]} />
        <h1 tabIndex={-1}>{title}</h1>
        {lead === undefined ? null : <p className={styles["lead"]}>{lead}</p>}
        {children === undefined ? null : <div className={styles["content"]}>{children}</div>}
        <footer className={styles["foot"]}>
          {foot === undefined ? null : <p>{foot}</p>}
          <LanguageSwitch />
        </footer>
      </main>
    </div>
  );
}

/** Switches to the other language, named in that language. */
function LanguageSwitch() {
  const { i18n } = useLingui();
  const { languages } = useRouteContext({ from: "__root__" });
  const other = i18n.locale === "tr" ? "en" : "tr";
  return (
    <LinkButton lang={other} onClick={() => void languages.use(other)}>
      {other === "tr" ? "Türkçe" : "English"}
    </LinkButton>
  );
}
