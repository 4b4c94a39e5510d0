import { displayEmail, type Holder } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Sensitive, UserStatusMark } from "../../ui/marks.tsx";
import { Person } from "../../ui/person.tsx";
import { Bone, Skeleton } from "../../ui/states.tsx";
import { countText } from "../lists/counts.ts";
import { ProblemState } from "../problem-state.tsx";
import { useApi, useApiKey } from "../session/api.tsx";
import { type PermissionWords, permissionWords } from "../words/permission-words.ts";
import { useCatalogue } from "../words/use-catalogue.ts";
import { waysOf } from "./ways.ts";
import styles from "./who-can.module.css";

const route = "GET /organizations/:organizationId/permissions/:permission/users";

interface WhoCanDialogProps {
  readonly permission: string;
  readonly onClose: () => void;
}

/** Everybody who holds a permission, in name order, each with the roles that give it. */
export function WhoCanDialog({ permission, onClose }: WhoCanDialogProps) {
  const { t } = useLingui();
  const { groups } = useCatalogue();
  const words = useMemo(() => permissionWords(groups), [groups]);
  const named = words.get(permission);
  return (
    <Dialog title={t`Who can do this?`} shape="panel" isOpen isDismissable onClose={onClose}>
      <div>
        <p className={styles["permission"]}>
          <b>{named === undefined ? permission : `${named.group} · ${named.label}`}</b>
          {named?.sensitive === true ? <Sensitive /> : null}
        </p>
        {named === undefined || named.description === "" ? null : (
          <p className={styles["second"]}>{named.description}</p>
        )}
      </div>
      <Holders permission={permission} words={words} onLeave={onClose} />
    </Dialog>
  );
}

interface HoldersProps {
  readonly permission: string;
  readonly words: ReadonlyMap<string, PermissionWords>;
  readonly onLeave: () => void;
}

function Holders({ permission, words, onLeave }: HoldersProps) {
  const { t, i18n } = useLingui();
  const holders = useHolders(permission);
  const pages = holders.data?.pages;
  const total = pages?.[0]?.total;
  if (pages === undefined || total === undefined)
    return holders.error === null ? (
      <Skeleton>
        <HolderBones />
      </Skeleton>
    ) : (
      <ProblemState error={holders.error} onRetry={() => void holders.refetch()} />
    );
  const items = pages.flatMap((page) => page.items);
  const counted = countText(total, i18n);
  return (
    <section className={styles["holders"]}>
      <h3>
        <span role="status">
          {total.count === 0
            ? t`Nobody at the moment`
            : t`${plural(total.count, { one: `${counted} person`, other: `${counted} people` })}`}
        </span>
      </h3>
      {items.length === 0 ? (
        <p className={styles["second"]}>
          <Trans>Give somebody a role with this permission to change that.</Trans>
        </p>
      ) : (
        <ul>
          {items.map((holder) => (
            <HolderRow
              key={holder.user.id}
              holder={holder}
              permission={permission}
              words={words}
              onLeave={onLeave}
            />
          ))}
        </ul>
      )}
      {holders.isFetchNextPageError ? (
        <ProblemState error={holders.error} onRetry={() => void holders.fetchNextPage()} />
      ) : holders.hasNextPage ? (
        <Button pending={holders.isFetchingNextPage} onClick={() => void holders.fetchNextPage()}>
          <Trans>Show more people</Trans>
        </Button>
      ) : null}
    </section>
  );
}

interface HolderRowProps extends HoldersProps {
  readonly holder: Holder;
}

/** Somebody, and what gives the permission. The dialog closes before the link leads away. */
function HolderRow({ holder: { user, because }, permission, words, onLeave }: HolderRowProps) {
  const { i18n } = useLingui();
  return (
    <li>
      <Link to="/users/$userId" params={{ userId: user.id }} className={styles["person"]} onClick={onLeave}>
        <Person name={user.name} accountId={user.accountId} second={displayEmail(user.email)} />
      </Link>
      <span className={styles["ways"]}>
        {waysOf(permission, because, words).map(({ roleId, roleName, impliedBy }) => {
          const sources = new Intl.ListFormat(i18n.locale).format(impliedBy);
          return (
            <span key={roleId}>
              {roleName}
              {sources === "" ? null : (
                <small>
                  <Trans>implied by {sources}</Trans>
                </small>
              )}
            </span>
          );
        })}
        {user.status === "suspended" ? <UserStatusMark status="suspended" /> : null}
      </span>
    </li>
  );
}

function HolderBones() {
  return (
    <div className={styles["holders"]}>
      <p>
        <Bone size="short" />
      </p>
      <ul>
        {["first", "second", "third"].map((row) => (
          <li key={row}>
            <span className={styles["person"]}>
              <Bone isArch /> <Bone />
            </span>
            <span className={styles["ways"]}>
              <Bone size="short" />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function useHolders(permission: string) {
  const api = useApi();
  const key = useApiKey();
  return useInfiniteQuery({
    queryKey: [...key(route), "of", permission],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(route, {
        params: { permission },
        query: { limit: "50", ...(pageParam === "" ? {} : { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
  });
}
