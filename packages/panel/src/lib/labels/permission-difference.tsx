/** Lists lost and gained permissions: lost ones first, in each list sensitive ones first, the rest by group. */
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { SensitiveBadge } from "../../ui/data-display/badges.tsx";
import { MinusIcon, PlusIcon } from "../../ui/icons.tsx";
import type { PermissionLabel } from "./permission-catalogue.ts";
import styles from "./permission-difference.module.css";

interface PermissionDifferenceProps {
  readonly change: { readonly gained: readonly string[]; readonly lost: readonly string[] };
  readonly labels: ReadonlyMap<string, PermissionLabel>;
  /** Users per permission, for a change of several users. */
  readonly users?: ReadonlyMap<string, number>;
}

/** All lost permissions, then all gained ones. In two columns where there is room. */
export function PermissionDifference({ change, labels, users }: PermissionDifferenceProps) {
  const { t } = useLingui();
  const [lost, gained] = [change.lost.length, change.gained.length];
  return (
    <>
      {lost === 0 ? null : (
        <section className={styles["lost"]}>
          <h3>
            <MinusIcon />
            {t`${plural(lost, { one: "Loses # permission", other: "Loses # permissions" })}`}
          </h3>
          <PermissionGroups permissions={change.lost} labels={labels} users={users} />
        </section>
      )}
      {gained === 0 ? null : (
        <section className={styles["gained"]}>
          <h3>
            <PlusIcon />
            {t`${plural(gained, { one: "Gains # permission", other: "Gains # permissions" })}`}
          </h3>
          <PermissionGroups permissions={change.gained} labels={labels} users={users} />
        </section>
      )}
    </>
  );
}

interface PermissionGroupsProps {
  readonly permissions: readonly string[];
  readonly labels: PermissionDifferenceProps["labels"];
  readonly users: PermissionDifferenceProps["users"];
}

function PermissionGroups({ permissions, labels, users }: PermissionGroupsProps) {
  const { sensitive, groups } = groupBySensitivity(permissions, labels);
  return (
    <>
      {sensitive.length === 0 ? null : (
        <ul className={styles["sensitive"]}>
          {sensitive.map(({ permission, group, label }) => (
            <li key={permission}>
              <span>
                <span className={styles["of"]}>{group} · </span>
                {label}
              </span>
              <SensitiveBadge />
              <UserCount count={users?.get(permission)} />
            </li>
          ))}
        </ul>
      )}
      {groups.length === 0 ? null : (
        <div className={styles["groups"]}>
          {groups.map(({ key, label, actions }) => (
            <div key={key} className={styles["group"]}>
              <h4>{label ?? <Trans>No longer in the catalogue</Trans>}</h4>
              <ul>
                {actions.map(({ permission, label: action }) => (
                  <li key={permission}>
                    {action}
                    <UserCount count={users?.get(permission)} />
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      )}
    </>
  );
}

/** How many users a permission is about, in a change of several users. */
function UserCount({ count }: { readonly count: number | undefined }) {
  const { t } = useLingui();
  if (count === undefined) return null;
  return (
    <span className={styles["users"]}>{t`${plural(count, { one: "# person", other: "# people" })}`}</span>
  );
}

/** Permissions of one group of the catalogue. */
interface PermissionGroup {
  readonly key: string;
  /** Null for permissions that the catalogue no longer has. */
  readonly label: string | null;
  readonly actions: readonly Pick<PermissionLabel, "permission" | "label">[];
}

/** Separates the sensitive permissions from the rest, and groups the rest. Keeps the order of `permissions`. */
export function groupBySensitivity(
  permissions: readonly string[],
  labels: ReadonlyMap<string, PermissionLabel>,
): { readonly sensitive: readonly PermissionLabel[]; readonly groups: readonly PermissionGroup[] } {
  const sensitive = permissions.flatMap((permission) => {
    const named = labels.get(permission);
    return named?.sensitive === true ? [named] : [];
  });
  const others = permissions.filter((permission) => labels.get(permission)?.sensitive !== true);
  const byGroup = Map.groupBy(others, (permission) =>
    labels.has(permission) ? permission.slice(0, permission.indexOf(":")) : "",
  );
  const groups = [...byGroup].map(([key, names]) => ({
    key,
    label: labels.get(names[0] ?? "")?.group ?? null,
    actions: names.map((permission) => labels.get(permission) ?? { permission, label: permission }),
  }));
  return { sensitive, groups };
}
