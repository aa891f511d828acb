import { memo } from "react";
import type { NamespaceFact, ProcessFact } from "../../../lab-server/protocol.ts";
import { NamespaceChip } from "../namespace-chip.tsx";
import { namespaceId } from "../namespace-id.ts";
import { jailWord, pidWords, stateWord, threadsWord, userWord } from "./words.ts";

type ProcessRowProps = {
  process: ProcessFact;
  /** Ids of `namespaces`: two rows with the same ids are the same. */
  differs: string;
  namespaces: readonly NamespaceFact[];
  from: ProcessFact | undefined;
  /** Whether the row above has said already who they both are. */
  isUserKnown: boolean;
  isNew: boolean;
};

/** One process. Drawn again only if something about it changed: a fork bomb changes a row, not the page. */
export const ProcessRow = memo(
  function ProcessRow({ process, namespaces, from, isUserKnown, isNew }: ProcessRowProps) {
    const [inner, ...outer] = pidWords(process);
    const user = isUserKnown ? undefined : userWord(process);
    const jail = jailWord(process);
    const threads = threadsWord(process);
    return (
      <div className="process-row" data-pid={process.pid} data-state={process.state} data-new={isNew}>
        <span className="process-pids" title="Its pid in its own pid namespace ← in those around it">
          <b>{inner}</b>
          {outer.map((pid, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the index is the level of the namespace
            <span key={index}> ← {pid}</span>
          ))}
        </span>
        <span className="process-main">
          <span className="process-command" title={process.command}>
            {process.command}
          </span>
          {(namespaces.length > 0 || jail || user || threads || from) && (
            <span className="process-notes">
              {namespaces.map((namespace) => (
                <NamespaceChip key={namespaceId(namespace)} namespace={namespace} />
              ))}
              {jail && (
                <span className="process-jail" title="chroot: it cannot name a file above this directory">
                  {jail}
                </span>
              )}
              {user && <span>{user}</span>}
              {threads && <span>{threads}</span>}
              {from && (
                <span data-go={from.pid} className="process-from" title="Go to its parent">
                  child of {from.comm} {from.pids[0] ?? from.pid}
                </span>
              )}
            </span>
          )}
        </span>
        <span className="process-state">
          <i>{process.state}</i> <span>{stateWord(process)}</span>
        </span>
        <span className="process-host">host {process.pid}</span>
      </div>
    );
  },
  (before, after) =>
    before.process === after.process &&
    before.differs === after.differs &&
    before.from?.pid === after.from?.pid &&
    before.isUserKnown === after.isUserKnown &&
    before.isNew === after.isNew,
);
