import type { UserDetails } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Fragment, useMemo, useState } from "react";
import { ProblemState } from "../../../../lib/api/problem-text.tsx";
import { useApiQuery } from "../../../../lib/api/use-api.tsx";
import { formatActor } from "../../../../lib/labels/event-labels.tsx";
import { useCatalogue } from "../../../../lib/labels/permission-catalogue.ts";
import { SensitiveBadge } from "../../../../ui/data-display/badges.tsx";
import { getFirstName } from "../../../../ui/data-display/person.tsx";
import { Time } from "../../../../ui/data-display/time.tsx";
import { LoadingState, Skeleton } from "../../../../ui/feedback/empty-states.tsx";
import { SearchField } from "../../../../ui/forms/search-field.tsx";
import { ArrowLeftIcon } from "../../../../ui/icons.tsx";
import { Section } from "../../../../ui/layout/page.tsx";
import { LinkButton, VisuallyHidden } from "../../../../ui/text.tsx";
import { usePermissionHolders } from "../../permission-holders/use-permission-holders.tsx";
import styles from "../user.module.css";
import access from "./access.module.css";
import {
  countPermissions,
  groupBySources,
  type PermissionSource,
  type SourceCluster,
  searchGroups,
} from "./permission-sources.ts";

interface EffectivePermissionsProps {
  readonly user: UserDetails;
  readonly hasChanges: boolean;
}

/** The effective permissions of the saved roles, each with its sources. */
export function EffectivePermissions({ user, hasChanges }: EffectivePermissionsProps) {
  const { t } = useLingui();
  const [query, setQuery] = useState("");
  const held = useApiQuery("GET /organizations/:organizationId/users/:userId/permissions", {
    params: { userId: user.id },
  });
  const catalogue = useCatalogue();
  const whoCan = usePermissionHolders();
  const groups = useMemo(
    () => groupBySources(catalogue.groups, held.data?.body.items ?? []),
    [catalogue.groups, held.data],
  );
  const error = held.error ?? catalogue.error;
  const isLoaded = held.data !== undefined && catalogue.isLoaded;
  const count = countPermissions(groups);
  const firstName = getFirstName(user.name);
  const shown = searchGroups(groups, query);
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
        <ProblemState error={error} onRetry={() => Promise.all([held.refetch(), catalogue.refetch()])} />
      ) : !isLoaded ? (
        <LoadingState>
          <Skeleton size="long" />
          <Skeleton size="long" />
          <Skeleton size="long" />
        </LoadingState>
      ) : (
        <div className={access["paths"]}>
          {count === 0 ? null : (
            <p className={access["hint"]}>
              <Trans>Choose a permission to see everyone who has it.</Trans>
            </p>
          )}
          {shown.map((group) => (
            <div key={group.key} className={access["group"]}>
              <h3>{group.label ?? <Trans>No longer in the catalogue</Trans>}</h3>
              <ul>
                {group.clusters.map((cluster) => (
                  <Cluster key={cluster.permissions[0]?.permission} cluster={cluster} onAsk={whoCan.show} />
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
  readonly cluster: SourceCluster;
  readonly onAsk: ((permission: string) => void) | null;
}

/** Permissions with the same sources; each opens the list of users who have it. */
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
                <VisuallyHidden>
                  {" "}
                  <Trans>({group}): who can do this?</Trans>
                </VisuallyHidden>
              </LinkButton>
            )}
            {sensitive ? (
              <>
                {" "}
                <SensitiveBadge />
              </>
            ) : null}
            {index < cluster.permissions.length - 1 ? "," : null}
          </span>
        ))}
      </span>
      <span className={access["ways"]}>
        {cluster.sources.map((path) => (
          <SourceLine key={path.roleId} path={path} />
        ))}
      </span>
    </li>
  );
}

/** "← implied by Edit ← Marketer ← given by Olive Brandt, 3 Mar 2026". */
function SourceLine({ path }: { readonly path: PermissionSource }) {
  const { i18n } = useLingui();
  const { roleName, grantedBy, grantedAt, expiresAt, isDirect } = path;
  const sources = new Intl.ListFormat(i18n.locale).format(path.impliedBy);
  const steps = [
    ...(isDirect ? [] : [<Trans key="implied">implied by {sources}</Trans>]),
    <Fragment key="role">{roleName}</Fragment>,
    <span key="by">
      <Trans>
        given by {formatActor(grantedBy, i18n)}, <Time at={grantedAt} as="date" />
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
