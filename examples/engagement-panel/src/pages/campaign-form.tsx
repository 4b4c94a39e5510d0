/** Writes a new campaign, or changes one. */
import { useState } from "react";
import { type Campaign, type Channel, channels, type Segment } from "../shapes.ts";
import { send } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { FormDialog } from "./form-dialog.tsx";
import { Link } from "./navigation.tsx";
import { Field } from "./parts.tsx";
import { useLoaded } from "./use-loaded.ts";
import { channelWords } from "./words.tsx";

/** What the form takes. */
export interface CampaignFormProps {
  /** As it is now; a new one without it. */
  readonly campaign?: Campaign;
  readonly onClose: () => void;
  readonly onSaved: (saved: Campaign) => void;
}

interface Draft {
  readonly name: string;
  readonly channel: Channel;
  readonly segmentId: string;
  readonly message: string;
}

/** The form. What somebody else saved meanwhile is shown, and written over only by a second press. */
export function CampaignForm({ campaign, onClose, onSaved }: CampaignFormProps) {
  const { say } = useApp();
  const [seen, setSeen] = useState(campaign);
  const [draft, setDraft] = useState<Draft>(() => draftOf(campaign));
  const segments = useLoaded<{ items: readonly Segment[] }>("/api/segments").value?.items;
  const change = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const isDirty = JSON.stringify(draft) !== JSON.stringify(draftOf(seen));
  const isBehind = seen !== undefined && campaign !== undefined && campaign.version !== seen.version;

  const save = async (): Promise<void> => {
    const version = seen?.version;
    // After this refusal the page shows what is there now, so the next press knows what it writes over.
    if (isBehind) setSeen(campaign);
    const saved =
      seen === undefined
        ? await send<Campaign>("POST", "/api/campaigns", draft)
        : await send<Campaign>("PATCH", `/api/campaigns/${seen.id}`, { ...draft, version });
    say({ tone: "good", text: `“${saved.name}” is saved.` });
    onClose();
    onSaved(saved);
  };
  return (
    <FormDialog
      title={seen === undefined ? "New campaign" : `Edit ${seen.name}`}
      submitWord={seen === undefined ? "Save draft" : "Save"}
      isDirty={isDirty}
      onSubmit={save}
      onClose={onClose}
    >
      {(faults, problem) => (
        <>
          {problem?.code === "campaigns/changed" && campaign !== undefined && (
            <p className="quiet">
              Saved now: “{campaign.name}”, {channelWords[campaign.channel]} to {campaign.segment.name}: “
              {campaign.message}”. Save again to write over that.
            </p>
          )}
          <Field path="name" label="Name" fault={faults["name"]} hint="Only colleagues see it.">
            {(props) => (
              <input
                {...props}
                autoComplete="off"
                value={draft.name}
                onChange={({ target }) => change({ name: target.value })}
              />
            )}
          </Field>
          <fieldset>
            <legend>Channel</legend>
            <div className="choices">
              {channels.map((channel) => (
                <label key={channel}>
                  <input
                    type="radio"
                    name="channel"
                    checked={draft.channel === channel}
                    onChange={() => change({ channel })}
                  />
                  {channelWords[channel]}
                </label>
              ))}
            </div>
          </fieldset>
          <Field path="segmentId" label="Segment" fault={faults["segmentId"]} hint="Who gets it.">
            {(props) => (
              <select
                {...props}
                value={draft.segmentId}
                onChange={({ target }) => change({ segmentId: target.value })}
              >
                <option value="">Choose a segment</option>
                {segments?.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {segments?.length === 0 && (
            <p className="quiet">
              There is no segment yet. <Link href="/segments">Describe one first</Link>.
            </p>
          )}
          <Field
            path="message"
            label="Message"
            fault={faults["message"]}
            hint={`${[...draft.message.trim()].length} of ${draft.channel === "sms" ? "160" : "1,000"} characters.`}
          >
            {(props) => (
              <textarea
                {...props}
                rows={4}
                value={draft.message}
                onChange={({ target }) => change({ message: target.value })}
              />
            )}
          </Field>
        </>
      )}
    </FormDialog>
  );
}

function draftOf(campaign: Campaign | undefined): Draft {
  const { name = "", channel = "push", message = "" } = campaign ?? {};
  return { name, channel, segmentId: campaign?.segment.id ?? "", message };
}
