"use client";
import { useId } from "react";
import { Choice, INPUT } from "../../ui/field.tsx";

export type Agreement = { needsAccount: boolean; records: boolean; retentionDays: number };

/** Nothing is asked of learners, and nothing kept, unless the instructor wants it. */
export const FIRST_AGREEMENT: Agreement = { needsAccount: false, records: false, retentionDays: 30 };

/** What learners are told before they join. */
export function AgreementFields({ value, onChange }: { value: Agreement; onChange(value: Agreement): void }) {
  const days = useId();
  return (
    <div className="space-y-4">
      <Choice
        label="Learners need an account"
        checked={value.needsAccount}
        onChange={({ target }) => onChange({ ...value, needsAccount: target.checked })}
      >
        Without it a name is enough, and progress is kept in the learner's browser.
      </Choice>
      <Choice
        label="Record terminals"
        checked={value.records}
        onChange={({ target }) =>
          onChange({
            ...value,
            records: target.checked,
            retentionDays: value.retentionDays || FIRST_AGREEMENT.retentionDays,
          })
        }
      >
        You can replay what a learner did in a task. Learners are told before they join, and in each lesson.
      </Choice>
      {value.records && (
        <div className="pl-7">
          <label htmlFor={days} className="mr-2.5 text-sm">
            Keep recordings for
          </label>
          <input
            id={days}
            type="number"
            min={1}
            max={365}
            required
            value={Number.isNaN(value.retentionDays) ? "" : value.retentionDays}
            onChange={({ target }) => onChange({ ...value, retentionDays: target.valueAsNumber })}
            className={`${INPUT} !w-20 tabular-nums`}
          />
          <span className="ml-2.5 text-sm">days</span>
        </div>
      )}
    </div>
  );
}
