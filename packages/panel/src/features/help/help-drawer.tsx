/** The help drawer: the guide, answers to questions, and keyboard shortcuts. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { type MouseEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { ProblemState } from "../../lib/api/problem-text.tsx";
import { createUnreachableProblem, readProblemDocument } from "../../lib/api/request.ts";
import { basePath } from "../../lib/base-path.ts";
import { ShortcutKeys } from "../../lib/shortcuts/shortcut-list.tsx";
import { LoadingState, Skeleton } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { SearchField } from "../../ui/forms/search-field.tsx";
import { Dialog } from "../../ui/overlays/dialog.tsx";
import { LinkButton, VisuallyHidden } from "../../ui/text.tsx";
import styles from "./help-drawer.module.css";

/** An entry of the history: a page with an anchor, or a question. */
interface HelpEntry {
  readonly slug: string;
  readonly anchor: string;
  readonly question: string;
}

/** The drawer. It opens at the page of the guide for the current page. */
export function HelpDrawer({ onClose }: { readonly onClose: () => void }) {
  const { t, i18n } = useLingui();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const [history, setTrail] = useState<readonly HelpEntry[]>([
    { slug: getHelpSlug(pathname), anchor: "", question: "" },
  ]);
  const keysId = useId();
  const [typed, setTyped] = useState("");
  const place = history.at(-1) ?? { slug: "getting-started", anchor: "", question: "" };
  const go = (next: Partial<HelpEntry>) =>
    setTrail([...history, { ...place, anchor: "", question: "", ...next }]);
  const back = () => setTrail(history.slice(0, -1));
  return (
    <Dialog
      title={t`Help`}
      shape="panel"
      isOpen
      isDismissable
      onClose={onClose}
      note={
        <a href={`${basePath}/help/${place.slug}?lang=${i18n.locale}`} target="_blank" rel="noreferrer">
          <Trans>Open in a new tab</Trans>
        </a>
      }
      actions={
        history.length > 1 ? (
          <Button onClick={back}>
            <Trans>Back</Trans>
          </Button>
        ) : null
      }
    >
      <form
        className={styles["ask"]}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim().length > 1) go({ question: typed.trim() });
        }}
      >
        <SearchField
          autoFocus
          label={t`Ask the guide`}
          placeholder={t`Ask a question`}
          maxLength={300}
          value={typed}
          onChange={setTyped}
        />
        <Button type="submit">
          <Trans>Ask</Trans>
        </Button>
      </form>
      {place.question === "" ? <Page place={place} onGo={go} /> : <Answer place={place} onGo={go} />}
      <section className={styles["keys"]} aria-labelledby={keysId}>
        <h3 id={keysId}>{t`Keyboard shortcuts`}</h3>
        <ShortcutKeys />
      </section>
    </Dialog>
  );
}

interface PartProps {
  readonly place: HelpEntry;
  readonly onGo: (next: Partial<HelpEntry>) => void;
}

function Page({ place: { slug, anchor }, onGo }: PartProps) {
  const { i18n } = useLingui();
  const page = useQuery({
    queryKey: ["help", i18n.locale, slug],
    queryFn: ({ signal }) => readHelp<HelpPage>(`${slug}?lang=${i18n.locale}`, signal),
    staleTime: 300_000,
  });
  if (page.isError) return <ProblemState error={page.error} onRetry={() => page.refetch()} />;
  if (page.data === undefined) return <Loading />;
  return <Guide html={page.data.html} anchor={anchor} onGo={onGo} />;
}

function Answer({ place: { slug, question }, onGo }: PartProps) {
  const { t, i18n } = useLingui();
  const query = new URLSearchParams({ lang: i18n.locale, ask: question });
  const loaded = useQuery({
    queryKey: ["help", i18n.locale, slug, question],
    queryFn: ({ signal }) => readHelp<HelpAnswer>(`${slug}.md?${query}`, signal),
    staleTime: 300_000,
  });
  if (loaded.isError) return <ProblemState error={loaded.error} onRetry={() => loaded.refetch()} />;
  if (loaded.data === undefined) return <Loading />;
  const { answer, excerpts } = loaded.data;
  if (answer === null)
    return (
      <div className={styles["answer"]}>
        <p role="status">
          {excerpts.length === 0
            ? t`No results in the guide. Try other words.`
            : t`The guide has no clear answer to this question. These sections are near:`}
        </p>
        <ExcerptList excerpts={excerpts} onGo={onGo} />
      </div>
    );
  return (
    <section className={styles["answer"]} aria-label={t`Answer`}>
      <VisuallyHidden>
        <span role="status">{formatTitle(answer)}</span>
      </VisuallyHidden>
      <h3>{formatTitle(answer)}</h3>
      <Guide html={answer.html} anchor="" onGo={onGo} />
      <p>
        <PlaceLink place={answer} onGo={onGo}>
          <Trans>Read the whole page</Trans>
        </PlaceLink>
      </p>
      {excerpts.length === 0 ? null : <h3>{t`See also`}</h3>}
      <ExcerptList excerpts={excerpts} onGo={onGo} />
    </section>
  );
}

function ExcerptList({ excerpts, onGo }: Pick<HelpAnswer, "excerpts"> & Pick<PartProps, "onGo">) {
  return (
    <ul>
      {excerpts.map((excerpt) => (
        <li key={excerpt.url}>
          <PlaceLink place={excerpt} onGo={onGo}>
            {formatTitle(excerpt)}
          </PlaceLink>
          <p>{excerpt.text}</p>
        </li>
      ))}
    </ul>
  );
}

function PlaceLink({
  place,
  onGo,
  children,
}: { readonly place: HelpLocation; readonly children: ReactNode } & Pick<PartProps, "onGo">) {
  return (
    <LinkButton inline onClick={() => onGo(parseHelpUrl(place.url) ?? {})}>
      {children}
    </LinkButton>
  );
}

function formatTitle({ title, heading }: HelpLocation): string {
  return title === heading ? title : `${title}: ${heading}`;
}

interface GuideProps extends Pick<PartProps, "onGo"> {
  readonly html: string;
  readonly anchor: string;
}

/** Renders HTML of the guide. Links to other pages open in the drawer. */
function Guide({ html, anchor, onGo }: GuideProps) {
  const text = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new HTML scrolls to its start
  useEffect(() => {
    const target = anchor === "" ? null : document.getElementById(anchor);
    (target ?? text.current?.closest("[role=dialog]")?.querySelector("form"))?.scrollIntoView();
  }, [html, anchor]);
  function follow(event: MouseEvent<HTMLDivElement>) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const place = link === null ? null : parseHelpUrl(link.href);
    if (place === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onGo(place);
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the handler is for the links inside, which work by keyboard
    <div
      ref={text}
      className={styles["guide"]}
      onClick={follow}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: the server renders it from the guide's files and escapes their HTML
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

function Loading() {
  return (
    <LoadingState>
      <Skeleton size="long" />
      <Skeleton size="long" />
      <Skeleton size="medium" />
    </LoadingState>
  );
}

/** A page of the guide. */
interface HelpPage {
  readonly slug: string;
  readonly title: string;
  readonly html: string;
}

/** A section of the guide. */
interface HelpLocation {
  readonly title: string;
  readonly heading: string;
  readonly url: string;
}

/** The answer to a question, with further sections. */
interface HelpAnswer {
  readonly answer: (HelpLocation & { readonly html: string }) | null;
  readonly excerpts: readonly (HelpLocation & { readonly text: string })[];
}

/** Fetches a page or an answer: `"roles?lang=en"`, `"roles.md?lang=en&ask=…"`. */
async function readHelp<T>(path: string, signal: AbortSignal): Promise<T> {
  const headers = { accept: "application/json" };
  const response = await fetch(`${basePath}/help/${path}`, { headers, signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw createUnreachableProblem(error);
  });
  if (!response.ok) throw await readProblemDocument(response);
  return response.json();
}

const pages: readonly (readonly [RegExp, string])[] = [
  [/^\/users\/./, "user-details"],
  [/^\/users/, "users"],
  [/^\/roles\/compare/, "compare-roles"],
  [/^\/roles/, "roles"],
  [/^\/invitations/, "invitations"],
  [/^\/audit/, "audit-log"],
  [/^\/settings/, "settings"],
  [/^\/account/, "my-account"],
];

/** The page of the guide for a path of the panel. */
export function getHelpSlug(pathname: string): string {
  return pages.find(([pattern]) => pattern.test(pathname))?.[1] ?? "getting-started";
}

/** Parses a link to the guide; null for other links. */
export function parseHelpUrl(href: string): { readonly slug: string; readonly anchor: string } | null {
  const found = /\/help\/([a-z-]+)(?:\?[^#]*)?(?:#(.*))?$/.exec(href);
  if (found?.[1] === undefined) return null;
  return { slug: found[1], anchor: decodeURIComponent(found[2] ?? "") };
}
