/** Lists lost and gained permissions; lost ones first. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { SensitiveBadge } from "../../ui/data-display/badges.tsx";
import { MinusIcon, PlusIcon } from "../../ui/icons.tsx";
import type { PermissionLabel } from "./permission-catalogue.ts";
import styles from "./permission-difference.module.css";

interface PermissionDifferenceProps {
  readonly change: { readonly gained: readonly string[]; readonly lost: readonly string[] };
  readonly labels: ReadonlyMap<string, PermissionLabel>;
}

/** All lost permissions, then all gained ones. */
export function PermissionDifference({ change, labels }: PermissionDifferenceProps) {
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
          <PermissionList permissions={change.lost} labels={labels} />
        </section>
      )}
      {gained === 0 ? null : (
        <section className={styles["gained"]}>
          <h3>
            <PlusIcon />
            {t`${plural(gained, { one: "Gains # permission", other: "Gains # permissions" })}`}
          </h3>
          <PermissionList permissions={change.gained} labels={labels} />
        </section>
      )}
    </>
  );
}

interface PermissionListProps {
  readonly permissions: readonly string[];
  readonly labels: PermissionDifferenceProps["labels"];
}

function PermissionList({ permissions, labels }: PermissionListProps) {
  return (
    <ul>
      {permissions.map((permission) => {
        const named = labels.get(permission);
        return (
          <li key={permission}>
            <span>
              {named === undefined ? (
                permission
              ) : (
                <>
                  <span className={styles["group"]}>{named.group} · </span>
                  {named.label}
                </>
              )}
            </span>
            {named?.sensitive === true ? <SensitiveBadge /> : null}
          </li>
        );
      })}
    </ul>
  );
}
