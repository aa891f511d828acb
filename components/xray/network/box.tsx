import { memo } from "react";
import type { Facts } from "../../../lab-server/protocol.ts";
import { bytes } from "../amount.ts";
import { kindColour } from "../namespace-chip.tsx";
import { count, originWord, whyKept } from "../namespace-words.ts";
import { isNew } from "../new.ts";
import type { Flow, Flows } from "./traffic.ts";
import type { Interface, NetworkBox } from "./wiring.ts";
import { cableWord, interfaceSays, linkState, netnsName, STATE_WORDS } from "./words.ts";

/** What all boxes need to know. */
export type NetworkContext = {
  facts: Facts;
  now: number;
  flows: Flows;
  /** Table and id of what is chosen. */
  selected: string | undefined;
  /** Id of the interface that a lesson points at. */
  pointed: string | undefined;
};

/** A network namespace with its interfaces. */
export function NetworkBoxItem({ box, context }: { box: NetworkBox; context: NetworkContext }) {
  const { namespace, id, processes, interfaces, isAlone } = box;
  const { facts, now, selected } = context;
  const isBoxNew = namespace.origin === "made" && isNew(namespace.madeAt, now);
  const name = netnsName(namespace);
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      aria-selected={selected === `namespaces ${id}`}
      aria-label={`${namespace.name}${name === undefined ? "" : `, ${name}`}, ${count(interfaces.length, "interface", "interfaces")}`}
      data-table="namespaces"
      data-id={id}
      className="network-item"
    >
      <div className="network-box" style={kindColour("net")} data-new={isBoxNew} data-box={id}>
        <div className="network-head">
          <div className="network-title">
            <b>{namespace.name}</b>
            {name !== undefined && (
              <span className="network-name" title={`ip netns exec ${name} …`}>
                {name}
              </span>
            )}
            {isBoxNew && <span className="network-new">new</span>}
            <span>{originWord(namespace, namespace.madeBy ? facts.processes[String(namespace.madeBy.pid)] : undefined)}</span>
            {processes > 0 && <span className="network-count">{count(processes, "process", "processes")}</span>}
          </div>
          {processes === 0 && <p className="network-why">{whyKept(namespace, [])}</p>}
          {isAlone && namespace.origin === "made" && <p className="network-why">No way out yet: nothing is connected.</p>}
        </div>
        <Group interfaces={interfaces} context={context} />
      </div>
    </div>
  );
}

function Group({ interfaces, context }: { interfaces: readonly Interface[]; context: NetworkContext }) {
  if (interfaces.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the children of a treeitem are a group, and no fieldset
    <div role="group" className="network-group">
      {interfaces.map((one) => (
        <InterfaceItem key={one.id} one={one} context={context} />
      ))}
    </div>
  );
}

function InterfaceItem({ one, context }: { one: Interface; context: NetworkContext }) {
  const { id, fact, ports } = one;
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      aria-selected={context.selected === `interfaces ${id}`}
      aria-label={interfaceSays(one)}
      data-table="interfaces"
      data-id={id}
      className="network-item"
    >
      <div
        className="interface"
        data-state={linkState(one)}
        data-kind={fact.kind}
        data-plug={id}
        data-pointed={context.pointed === id}
      >
        <InterfaceCard one={one} cable={cableWord(one)} flow={context.flows.get(id)} />
        {fact.kind === "bridge" && (
          <div className="interface-ports">
            <p>
              {ports.length === 0
                ? "no port yet"
                : `joins ${ports.length === 1 ? "one port" : `${ports.length} ports`} like a switch`}
            </p>
            <Group interfaces={ports} context={context} />
          </div>
        )}
      </div>
    </div>
  );
}

/** Drawn again only if something about the interface changed. */
const InterfaceCard = memo(
  function InterfaceCard({ one, cable, flow }: { one: Interface; cable: string | undefined; flow: Flow | undefined }) {
    const { fact } = one;
    const state = linkState(one);
    return (
      <div className="interface-card">
        <div className="interface-title">
          <b className="interface-name">{fact.name}</b>
          {fact.kind !== "loopback" && <span>{fact.kind}</span>}
          <span className="interface-state">
            <StateShape state={state} /> {STATE_WORDS[state]}
          </span>
        </div>
        {fact.addresses.length > 0 && (
          <div className="interface-addresses">
            {fact.addresses.map((address) => (
              <span key={address}>{address}</span>
            ))}
          </div>
        )}
        {cable !== undefined && <div className="interface-cable">{cable}</div>}
        <div className="interface-numbers">
          <span title="Bytes received">
            <span aria-hidden>↓</span> {bytes(fact.received)}
            {flow !== undefined && flow.received > 0 && <b className="interface-flow"> +{bytes(flow.received)}</b>}
          </span>
          <span title="Bytes sent">
            <span aria-hidden>↑</span> {bytes(fact.sent)}
            {flow !== undefined && flow.sent > 0 && <b className="interface-flow"> +{bytes(flow.sent)}</b>}
          </span>
          <span>mtu {fact.mtu}</span>
          {fact.kind !== "loopback" && <span>{fact.mac}</span>}
        </div>
      </div>
    );
  },
  (before, after) => before.one.fact === after.one.fact && before.cable === after.cable && before.flow === after.flow,
);

/** Full, half, empty: up, up without a carrier, down. */
function StateShape({ state }: { state: "up" | "waiting" | "down" }) {
  return (
    <svg viewBox="0 0 10 10" width="9" height="9" aria-hidden="true" className="interface-shape">
      <circle cx="5" cy="5" r="4" fill={state === "up" ? "currentColor" : "none"} stroke="currentColor" strokeWidth="1.4" />
      {state === "waiting" && <path d="M5 1a4 4 0 0 0 0 8z" fill="currentColor" />}
    </svg>
  );
}
