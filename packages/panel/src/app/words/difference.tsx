/** Permissions that are lost and gained, in words; the loss is read first. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { MinusIcon, PlusIcon } from "../../ui/icons.tsx";
import { Sensitive } from "../../ui/marks.tsx";
import styles from "./difference.module.css";
import type { PermissionWords } from "./permission-words.ts";

interface DifferenceProps {
  readonly change: { readonly gained: readonly string[]; readonly lost: readonly string[] };
  readonly words: ReadonlyMap<string, PermissionWords>;
}

/** Every permission that is lost, then every one that is gained; none is left out. */
export function Difference({ change, words }: DifferenceProps) {
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
          <PermissionList permissions={change.lost} words={words} />
        </section>
      )}
      {gained === 0 ? null : (
        <section className={styles["gained"]}>
          <h3>
            <PlusIcon />
            {t`${plural(gained, { one: "Gains # permission", other: "Gains # permissions" })}`}
          </h3>
          <PermissionList permissions={change.gained} words={words} />
        </section>
      )}
    </>
  );
}

interface PermissionListProps {
  readonly permissions: readonly string[];
  readonly words: DifferenceProps["words"];
}

function PermissionList({ permissions, words }: PermissionListProps) {
  return (
    <ul>
      {permissions.map((permission) => {
        const named = words.get(permission);
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
            {named?.sensitive === true ? <Sensitive /> : null}
          </li>
        );
      })}
    </ul>
  );
}
