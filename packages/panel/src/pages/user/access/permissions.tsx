import type { UserDetails } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Fragment, useMemo, useState } from "react";
import { useWhoCan } from "../../../app/permissions/use-who-can.tsx";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useApiQuery } from "../../../app/session/api.tsx";
import { actorInWords } from "../../../app/words/event-words.ts";
import { useCatalogue } from "../../../app/words/use-catalogue.ts";
import { ArrowLeftIcon } from "../../../ui/icons.tsx";
import { firstNameOf } from "../../../ui/initials.ts";
import { Sensitive } from "../../../ui/marks.tsx";
import { Section } from "../../../ui/page.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { Bone, Skeleton } from "../../../ui/states.tsx";
import { Hidden, LinkButton } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import styles from "../user.module.css";
import access from "./access.module.css";
import { groupPaths, type Path, type PathCluster, permissionCount, searchPaths } from "./paths.ts";

interface PermissionsProps {
  readonly user: UserDetails;
  readonly hasChanges: boolean;
}

/** What the saved roles add up to: each permission once, with every way in which it is held. */
export function Permissions({ user, hasChanges }: PermissionsProps) {
  const { t } = useLingui();
  const [query, setQuery] = useState("");
  const held = useApiQuery("GET /organizations/:organizationId/users/:userId/permissions", {
    params: { userId: user.id },
  });
  const catalogue = useCatalogue();
  const whoCan = useWhoCan();
  const groups = useMemo(
    () => groupPaths(catalogue.groups, held.data?.body.items ?? []),
    [catalogue.groups, held.data],
  );
  const error = held.error ?? catalogue.error;
  const isLoaded = held.data !== undefined && catalogue.isLoaded;
  const count = permissionCount(groups);
  const firstName = firstNameOf(user.name);
  const shown = searchPaths(groups, query);
  const counted = t`${plural(count, { one: "# permission", other: "# permissions" })}`;
  return (
    <Section
      title={<Trans>What {firstName} can do</Trans>}
      aside={isLoaded ? (hasChanges ? t`${counted}, as saved` : counted) : null}
      actions={
        count === 0 ? null : (
          <SearchField
            label={t`Search permissions`}
            placeholder={t`Permission or group`}
            value={query}
            onChange={setQuery}
          />
        )
      }
    >
      {error !== null ? (
        <ProblemState error={error} onRetry={() => void Promise.all([held.refetch(), catalogue.refetch()])} />
      ) : !isLoaded ? (
        <Skeleton>
          <Bone size="long" />
          <Bone size="long" />
          <Bone size="long" />
        </Skeleton>
      ) : (
        <div className={access["paths"]}>
          {count === 0 ? null : (
            <p className={access["hint"]}>
              <Trans>Choose a permission to see everybody who holds it.</Trans>
            </p>
          )}
          {shown.map((group) => (
            <div key={group.key} className={access["group"]}>
              <h3>{group.label ?? <Trans>No longer in the catalogue</Trans>}</h3>
              <ul>
                {group.clusters.map((cluster) => (
                  <Cluster key={cluster.permissions[0]?.permission} cluster={cluster} onAsk={whoCan.ask} />
                ))}
              </ul>
            </div>
          ))}
          {shown.length === 0 ? (
            <p className={styles["empty"]} role="status">
              {count === 0 ? (
                <Trans>Nothing. Add a role to change that.</Trans>
              ) : (
                <Trans>No permission matches {query}.</Trans>
              )}
            </p>
          ) : null}
        </div>
      )}
      {whoCan.dialog}
    </Section>
  );
}

interface ClusterProps {
  readonly cluster: PathCluster;
  readonly onAsk: ((permission: string) => void) | null;
}

/** Permissions that are held in the same ways, each a way to everybody who holds it. */
function Cluster({ cluster, onAsk }: ClusterProps) {
  return (
    <li>
      <span className={access["held"]}>
        {cluster.permissions.map(({ permission, label, group, sensitive }, index) => (
          <span key={permission}>
            {onAsk === null ? (
              label
            ) : (
              <LinkButton variant="quiet" className={access["name"]} onClick={() => onAsk(permission)}>
                {label}
                <Hidden>
                  {" "}
                  <Trans>({group}): who can do this?</Trans>
                </Hidden>
              </LinkButton>
            )}
            {sensitive ? (
              <>
                {" "}
                <Sensitive />
              </>
            ) : null}
            {index < cluster.permissions.length - 1 ? "," : null}
          </span>
        ))}
      </span>
      <span className={access["ways"]}>
        {cluster.paths.map((path) => (
          <PathLine key={path.roleId} path={path} />
        ))}
      </span>
    </li>
  );
}

/** "← implied by Edit ← Marketer ← given by Olive Brandt, 3 Mar 2026". */
function PathLine({ path }: { readonly path: Path }) {
  const { i18n } = useLingui();
  const { roleName, grantedBy, grantedAt, expiresAt, isDirect } = path;
  const sources = new Intl.ListFormat(i18n.locale).format(path.impliedBy);
  const steps = [
    ...(isDirect ? [] : [<Trans key="implied">implied by {sources}</Trans>]),
    <Fragment key="role">{roleName}</Fragment>,
    <span key="by">
      <Trans>
        given by {actorInWords(grantedBy, i18n)}, <Time at={grantedAt} as="date" />
      </Trans>
      {expiresAt === undefined ? null : (
        <>
          {" "}
          <Trans>
            until <Time at={expiresAt} as="date" />
          </Trans>
        </>
      )}
    </span>,
  ];
  return (
    <span className={access["way"]}>
      {steps.map((step) => (
        <span key={step.key}>
          <ArrowLeftIcon />
          {step}
        </span>
      ))}
      {isDirect && sources !== "" ? (
        <small>
          <Trans>also implied by {sources}</Trans>
        </small>
      ) : null}
    </span>
  );
}
