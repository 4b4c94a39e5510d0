import { type Catalogue, difference, permissionSet } from "@gatehouse/access";
import type { CatalogueGroup, RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { SensitiveBadge } from "../../../ui/data-display/badges.tsx";
import { useHasRoom } from "../../../ui/layout/page.tsx";
import { VisuallyHidden } from "../../../ui/text.tsx";
import styles from "./roles-compare.module.css";

const sides = ["onlyA", "onlyB", "both"] as const;

interface ComparisonProps {
  readonly a: RoleView;
  readonly b: RoleView;
  readonly groups: readonly ComparedGroup[];
  readonly counts: SideCounts;
}

/** 184 px for the group, and three columns of 172 px. */
const tableWidth = 700;

/** Three columns by group; without room for them one list after the other. */
export function Comparison(props: ComparisonProps) {
  const hasTable = useHasRoom(tableWidth);
  return hasTable ? <ComparisonTable {...props} /> : <ComparisonLists {...props} />;
}

function ComparisonTable({ a, b, groups, counts }: ComparisonProps) {
  const titles = useTitles(a, b);
  return (
    <table className={styles["table"]}>
      <caption>
        <VisuallyHidden>
          <Trans>
            Permissions of {a.name} and {b.name}, by group
          </Trans>
        </VisuallyHidden>
      </caption>
      <thead>
        <tr>
          <th scope="col" className={styles["group"]}>
            <Trans>Group</Trans>
          </th>
          {sides.map((side) => (
            <th key={side} scope="col">
              <b>{titles[side]}</b> <Count>{counts[side]}</Count>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.key}>
            <th scope="row">{group.label}</th>
            {sides.map((side) => (
              <td key={side} className={side === "both" ? styles["both"] : undefined}>
                {group[side].length === 0 ? <EmptyCell /> : <Permissions permissions={group[side]} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ComparisonLists({ a, b, groups, counts }: ComparisonProps) {
  const titles = useTitles(a, b);
  return sides.map((side) => (
    <section key={side} className={styles["side"]} aria-labelledby={`compared-${side}`}>
      <h2 id={`compared-${side}`}>
        {titles[side]} <Count>{counts[side]}</Count>
      </h2>
      {counts[side] === 0 ? (
        <p className={styles["nothing"]}>
          <Trans>No permission</Trans>
        </p>
      ) : (
        <dl>
          {groups
            .filter((group) => group[side].length > 0)
            .map((group) => (
              <div key={group.key}>
                <dt>{group.label}</dt>
                <dd className={side === "both" ? styles["both"] : undefined}>
                  <Permissions permissions={group[side]} />
                </dd>
              </div>
            ))}
        </dl>
      )}
    </section>
  ));
}

function useTitles(a: RoleView, b: RoleView): Readonly<Record<Side, string>> {
  const { t } = useLingui();
  return { onlyA: t`Only ${a.name}`, onlyB: t`Only ${b.name}`, both: t`Both` };
}

function Count({ children }: { readonly children: number }): ReactNode {
  const { i18n } = useLingui();
  return <span className={styles["count"]}>{i18n.number(children)}</span>;
}

function Permissions({ permissions }: { readonly permissions: readonly NamedPermission[] }) {
  return (
    <ul className={styles["permissions"]}>
      {permissions.map(({ permission, label, sensitive }) => (
        <li key={permission}>
          {label}
          {sensitive ? <SensitiveBadge /> : null}
        </li>
      ))}
    </ul>
  );
}

/** An empty cell with a hidden text for screen readers. */
function EmptyCell() {
  return (
    <VisuallyHidden>
      <Trans>No permission</Trans>
    </VisuallyHidden>
  );
}

/** Which of the two roles has a permission. */
type Side = "onlyA" | "onlyB" | "both";

/** A permission as the catalogue names it. */
interface NamedPermission {
  readonly permission: string;
  readonly label: string;
  readonly sensitive: boolean;
}

/** One group of the catalogue with the permissions of each role. */
interface ComparedGroup extends Readonly<Record<Side, readonly NamedPermission[]>> {
  readonly key: string;
  readonly label: string;
}

/** The number of permissions on each side. */
type SideCounts = Readonly<Record<Side, number>>;

/**
 * Compares two roles, implied permissions included. `groups` has the labels; groups without permissions are left out.
 */
export function compareRoles(
  { catalogue, groups }: { readonly catalogue: Catalogue; readonly groups: readonly CatalogueGroup[] },
  a: Pick<RoleView, "permissions">,
  b: Pick<RoleView, "permissions">,
): readonly ComparedGroup[] {
  const { lost, gained, unchanged } = difference(
    permissionSet.fromStoredNames(catalogue, a.permissions),
    permissionSet.fromStoredNames(catalogue, b.permissions),
  );
  return groups.flatMap(({ key, label, actions }) => {
    const select = (names: readonly string[]) =>
      actions.filter(({ permission }) => names.includes(permission));
    const group = { key, label, onlyA: select(lost), onlyB: select(gained), both: select(unchanged) };
    return group.onlyA.length + group.onlyB.length + group.both.length > 0 ? [group] : [];
  });
}

/** Counts the sides. */
export function countSides(groups: readonly ComparedGroup[]): SideCounts {
  const count = (side: Side) => groups.reduce((sum, group) => sum + group[side].length, 0);
  return { onlyA: count("onlyA"), onlyB: count("onlyB"), both: count("both") };
}
