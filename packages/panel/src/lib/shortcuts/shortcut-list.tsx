import { Trans, useLingui } from "@lingui/react/macro";
import { Fragment } from "react";
import { CheckboxField } from "../../ui/forms/checkbox.tsx";
import { Kbd } from "../../ui/text.tsx";
import styles from "./shortcut-list.module.css";
import { modifierName, parseSteps, type Shortcut, useShortcutList, useShortcuts } from "./shortcuts.tsx";

/** Lists the shortcuts of the current page, with the setting for single-key shortcuts. */
export function ShortcutKeys() {
  const { t } = useLingui();
  const shortcuts = useShortcutList();
  const { hasSingleKeys, setSingleKeys } = useShortcuts();
  return (
    <>
      <dl className={styles["keys"]}>
        {shortcuts.map((shortcut) => (
          <Row key={shortcut.keys} {...shortcut} />
        ))}
        <Row keys="Esc" label={t`Close the open dialog`} />
        <Row keys="mod+↵" label={t`Submit the open form`} />
      </dl>
      <CheckboxField checked={hasSingleKeys} onChange={(event) => setSingleKeys(event.target.checked)}>
        <Trans>Single-key shortcuts</Trans>
      </CheckboxField>
    </>
  );
}

function Row({ keys, label }: Shortcut) {
  const { t } = useLingui();
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {parseSteps(keys).map((step, index) => (
          <Fragment key={step}>
            {index === 0 ? null : <span> {t`then`} </span>}
            {step.split("+").map((key) => (
              <Kbd key={key} always>
                {key === "mod" ? modifierName() : key.length === 1 ? key.toUpperCase() : key}
              </Kbd>
            ))}
          </Fragment>
        ))}
      </dd>
    </div>
  );
}
