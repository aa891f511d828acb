"use client";
import { Check, RefreshCw } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Field, Problem } from "../../ui/field.tsx";
import { type Answer, useAct } from "../use-act.ts";
import { type Agreement, AgreementFields } from "./class-agreement.tsx";

type Settings = Agreement & { name: string };

/** The class's name, and what learners are told before they join. */
export function SettingsForm({
  settings,
  disabled,
  save,
}: {
  settings: Settings;
  disabled: boolean;
  save(settings: Settings): Promise<Answer>;
}) {
  const { act, pending, problem } = useAct();
  const [{ name, ...agreement }, setSettings] = useState(settings);
  const [saved, setSaved] = useState(false);
  const change = (next: Settings) => {
    setSettings(next);
    setSaved(false);
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    act(
      () => save({ name, ...agreement }),
      () => setSaved(true),
    );
  };
  return (
    <form onSubmit={submit}>
      <fieldset disabled={disabled}>
        <legend className="sr-only">Settings</legend>
        <Field
          label="Name"
          required
          maxLength={100}
          autoComplete="off"
          value={name}
          onChange={({ target }) => change({ ...agreement, name: target.value })}
        />
        <div className="mt-6">
          <AgreementFields value={agreement} onChange={(next) => change({ ...next, name })} />
        </div>
        <Problem className="mt-4">{problem}</Problem>
        <div className="mt-6 flex items-center gap-3">
          <Button look="primary" type="submit" disabled={disabled} busy={pending}>
            {pending ? "Saving" : "Save"}
          </Button>
          <span role="status" className="flex items-center gap-1.5 text-sm text-muted-foreground">
            {saved && (
              <>
                <Check size={15} aria-hidden className="text-success" />
                Saved
              </>
            )}
          </span>
        </div>
      </fieldset>
    </form>
  );
}

/** Another code for the class, after asking. */
export function NewCode({ code, disabled, regenerate }: { code: string; disabled: boolean; regenerate(): Promise<Answer> }) {
  const { act, pending, problem } = useAct();
  const [asking, setAsking] = useState(false);
  return (
    <section aria-labelledby="code-title">
      <h2 id="code-title" className="text-lg font-semibold tracking-[-0.012em]">
        Code
      </h2>
      <p className="mt-1 text-muted-foreground">
        Learners join by <span className="font-mono text-foreground">{code}</span>. If it has gone about, make a new one: who is
        in the class stays in it.
      </p>
      <Problem className="mt-3">{problem}</Problem>
      <Button className="mt-4" disabled={disabled} busy={pending} onClick={() => setAsking(true)}>
        <RefreshCw size={15} aria-hidden />
        Make a new code
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Make a new code?"
        confirm="Make it"
        onConfirm={() => act(regenerate)}
      >
        The old code, its link and its QR code lead nowhere from then on.
      </Confirm>
    </section>
  );
}
