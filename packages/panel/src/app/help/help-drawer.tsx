/** Help beside the page: the guide's page for what is in sight, answers to questions, and the keys. */
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { type MouseEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Bone, Skeleton } from "../../ui/states.tsx";
import { Hidden, LinkButton } from "../../ui/text.tsx";
import { ProblemState } from "../problem-state.tsx";
import { ShortcutKeys } from "../shortcuts/shortcut-list.tsx";
import { type HelpAnswer, type HelpPage, type HelpPlace, helpFor, placeOf, readHelp } from "./help-api.ts";
import styles from "./help-drawer.module.css";

/** Where the reader is: a page with a heading, or the answer to a question. */
interface Place {
  readonly slug: string;
  readonly anchor: string;
  readonly question: string;
}

/** The drawer. It opens at the page of the guide that is about the screen behind it. */
export function HelpDrawer({ onClose }: { readonly onClose: () => void }) {
  const { t, i18n } = useLingui();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const [trail, setTrail] = useState<readonly Place[]>([
    { slug: helpFor(pathname), anchor: "", question: "" },
  ]);
  const keysId = useId();
  const [typed, setTyped] = useState("");
  const place = trail.at(-1) ?? { slug: "getting-started", anchor: "", question: "" };
  const go = (next: Partial<Place>) => setTrail([...trail, { ...place, anchor: "", question: "", ...next }]);
  const back = () => setTrail(trail.slice(0, -1));
  return (
    <Dialog
      title={t`Help`}
      shape="panel"
      isOpen
      isDismissable
      onClose={onClose}
      note={
        <a href={`/help/${place.slug}?lang=${i18n.locale}`} target="_blank" rel="noreferrer">
          <Trans>Open in a new tab</Trans>
        </a>
      }
      actions={
        trail.length > 1 ? (
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
  readonly place: Place;
  readonly onGo: (next: Partial<Place>) => void;
}

function Page({ place: { slug, anchor }, onGo }: PartProps) {
  const { i18n } = useLingui();
  const page = useQuery({
    queryKey: ["help", i18n.locale, slug],
    queryFn: ({ signal }) => readHelp<HelpPage>(`${slug}?lang=${i18n.locale}`, signal),
    staleTime: 300_000,
  });
  if (page.isError) return <ProblemState error={page.error} onRetry={() => void page.refetch()} />;
  if (page.data === undefined) return <Waiting />;
  return <Guide html={page.data.html} anchor={anchor} onGo={onGo} />;
}

function Answer({ place: { slug, question }, onGo }: PartProps) {
  const { t, i18n } = useLingui();
  const query = new URLSearchParams({ lang: i18n.locale, ask: question });
  const asked = useQuery({
    queryKey: ["help", i18n.locale, slug, question],
    queryFn: ({ signal }) => readHelp<HelpAnswer>(`${slug}.md?${query}`, signal),
    staleTime: 300_000,
  });
  if (asked.isError) return <ProblemState error={asked.error} onRetry={() => void asked.refetch()} />;
  if (asked.data === undefined) return <Waiting />;
  const { answer, excerpts } = asked.data;
  if (answer === null)
    return (
      <div className={styles["none"]} role="status">
        <p>
          <Trans>The guide says nothing about this. Try other words.</Trans>
        </p>
      </div>
    );
  return (
    <section className={styles["answer"]} aria-label={t`Answer`}>
      <Hidden>
        <span role="status">{nameOf(answer)}</span>
      </Hidden>
      <h3>{nameOf(answer)}</h3>
      <Guide html={answer.html} anchor="" onGo={onGo} />
      <p>
        <PlaceLink place={answer} onGo={onGo}>
          <Trans>Read the whole page</Trans>
        </PlaceLink>
      </p>
      {excerpts.length === 0 ? null : <h3>{t`See also`}</h3>}
      <ul>
        {excerpts.map((excerpt) => (
          <li key={excerpt.url}>
            <PlaceLink place={excerpt} onGo={onGo}>
              {nameOf(excerpt)}
            </PlaceLink>
            <p>{excerpt.text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function PlaceLink({
  place,
  onGo,
  children,
}: { readonly place: HelpPlace; readonly children: ReactNode } & Pick<PartProps, "onGo">) {
  return (
    <LinkButton inline onClick={() => onGo(placeOf(place.url) ?? {})}>
      {children}
    </LinkButton>
  );
}

function nameOf({ title, heading }: HelpPlace): string {
  return title === heading ? title : `${title}: ${heading}`;
}

interface GuideProps extends Pick<PartProps, "onGo"> {
  readonly html: string;
  readonly anchor: string;
}

/** A text of the guide. Its links stay in the drawer. */
function Guide({ html, anchor, onGo }: GuideProps) {
  const text = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new text scrolls to its beginning
  useEffect(() => {
    const target = anchor === "" ? null : document.getElementById(anchor);
    (target ?? text.current?.closest("[role=dialog]")?.querySelector("form"))?.scrollIntoView();
  }, [html, anchor]);
  function follow(event: MouseEvent<HTMLDivElement>) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const place = link === null ? null : placeOf(link.href);
    if (place === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onGo(place);
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the links inside are what is pressed, by keyboard too
    <div
      ref={text}
      className={styles["guide"]}
      onClick={follow}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: our own server makes it of our own files and escapes every piece of HTML in them
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

function Waiting() {
  return (
    <Skeleton>
      <Bone size="long" />
      <Bone size="long" />
      <Bone size="medium" />
    </Skeleton>
  );
}
