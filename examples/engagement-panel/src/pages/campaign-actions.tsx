/** A campaign's buttons. Each is shown only with the permission that its route needs. */
import { useEffect, useRef, useState } from "react";
import type { Campaign } from "../types.ts";
import { Can, usePermissions } from "./access.ts";
import { sendJson, toProblem } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { CampaignForm } from "./campaign-form.tsx";
import { SendBackForm } from "./send-back-form.tsx";

interface ActionsProps {
  readonly campaign: Campaign;
  /** Called with the changed campaign. */
  readonly onChanged: (campaign: Campaign) => void;
}

/** The buttons, or an explanation why there are none. */
export function CampaignActions({ campaign, onChanged }: ActionsProps) {
  const [open, setOpen] = useState<"edit" | "send-back" | null>(null);
  const close = (): void => setOpen(null);
  useFocusFallback();
  const isEditable = campaign.state === "draft" || campaign.state === "sent-back";
  return (
    <>
      <div className="buttons">
        {isEditable && (
          <>
            <Can do="campaigns:edit">
              <button type="button" className="button" onClick={() => setOpen("edit")}>
                Edit
              </button>
            </Can>
            <Can do="campaigns:submit">
              <ActionButton
                campaign={campaign}
                action="submit"
                label="Submit for approval"
                successText="was submitted for approval."
                onChanged={onChanged}
              />
            </Can>
          </>
        )}
        {campaign.state === "submitted" && (
          <Can do="campaigns:approve">
            <Decision campaign={campaign} onChanged={onChanged} onSendBack={() => setOpen("send-back")} />
          </Can>
        )}
      </div>
      {open === "edit" && <CampaignForm campaign={campaign} onClose={close} onSaved={onChanged} />}
      {open === "send-back" && <SendBackForm campaign={campaign} onClose={close} onChanged={onChanged} />}
    </>
  );
}

function Decision({ campaign, onChanged, onSendBack }: ActionsProps & { readonly onSendBack: () => void }) {
  const { me } = useApp();
  const isOwn = me !== null && [campaign.created.id, campaign.submitted?.id].includes(me.id);
  if (isOwn) return <p className="quiet">This is your own campaign, so another approver has to decide.</p>;
  return (
    <>
      <button type="button" className="button" onClick={onSendBack}>
        Send back…
      </button>
      <ActionButton
        campaign={campaign}
        action="approve"
        label="Approve"
        successText="was approved."
        onChanged={onChanged}
      />
    </>
  );
}

interface ActionButtonProps extends ActionsProps {
  readonly action: "submit" | "approve";
  readonly label: string;
  /** The rest of the success message after the campaign's name. */
  readonly successText: string;
}

function ActionButton({ campaign, action, label, successText, onChanged }: ActionButtonProps) {
  const { setStatusMessage, reconnect } = useApp();
  const [isSending, setIsSending] = useState(false);
  const handleClick = async (): Promise<void> => {
    if (isSending) return;
    setIsSending(true);
    try {
      const { id, version, name } = campaign;
      onChanged(await sendJson<Campaign>("POST", `/api/campaigns/${id}/${action}`, { version }));
      setStatusMessage({ tone: "good", text: `“${name}” ${successText}` });
    } catch (error) {
      const { status, detail } = toProblem(error);
      if (status === 401) reconnect();
      setStatusMessage({ tone: "bad", text: detail });
    } finally {
      setIsSending(false);
    }
  };
  return (
    <button
      type="button"
      className="button primary"
      aria-disabled={isSending}
      aria-busy={isSending}
      onClick={() => void handleClick()}
    >
      {label}
    </button>
  );
}

/** Moves the focus to the page's title when the focused button disappears. */
function useFocusFallback(): void {
  const focused = useRef<EventTarget | null>(null);
  usePermissions(); // render again when permissions change
  useEffect(() => {
    const recordFocus = ({ target }: FocusEvent): void => {
      focused.current = target;
    };
    document.addEventListener("focusin", recordFocus);
    return () => document.removeEventListener("focusin", recordFocus);
  }, []);
  useEffect(() => {
    const { current } = focused;
    if (!(current instanceof HTMLElement) || current.isConnected) return;
    focused.current = null;
    if (document.activeElement === document.body) document.querySelector<HTMLElement>("h1")?.focus();
  });
}
