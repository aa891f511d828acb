import { Figure } from "./figure.tsx";
import { Card, Text } from "./shapes.tsx";

const INSIDE = "var(--accent)";
const GROUP = "var(--cg-memory)";
const NAMESPACES = ["mnt", "uts", "ipc", "pid", "net", "cgroup"] as const;
const PROCESSES = [
  { name: "init", x: 24 },
  { name: "httpd", x: 124 },
  { name: "syslogd", x: 224 },
] as const;

export function LxcParts() {
  return (
    <Figure
      title="What LXC makes of one container"
      description="From top to bottom. A folder /var/lib/lxc/web with a file config and a folder rootfs. lxc-start reads it and leaves the monitor, a process in the control group lxc.monitor.web, outside of the container. The tools lxc-info, lxc-freeze and lxc-attach ask the monitor through a socket. The monitor is the parent of the container's init. In the container web run init, which is its process 1, httpd and syslogd. It has six namespaces of its own, mnt, uts, ipc, pid, net and cgroup, and shares user and time with the outside. All its processes are in the control group lxc.payload.web, which has the limits and the freezer."
      caption="The monitor stays outside, in a group of its own: it answers when the container is frozen."
      height={344}
    >
      <Text x={4} y={18} size={11} weight={600} mono>
        /var/lib/lxc/web
      </Text>
      <File x={124} name="config" />
      <File x={234} name="rootfs" />
      <path d="M75 28V62" stroke="var(--muted-foreground)" strokeWidth="1.4" />
      <Text x={83} y={52} size={10.5} colour="var(--muted-foreground)">
        lxc-start reads it
      </Text>

      <Dashed y={62} width={142} height={64} />
      <Text x={14} y={79} size={10.5} weight={600} colour={GROUP} mono>
        lxc.monitor.web
      </Text>
      <Card x={14} y={88} width={122} height={28} colour="var(--foreground)" />
      <Text x={75} y={106} anchor="middle" size={11} mono>
        [lxc monitor]
      </Text>
      <path d="M136 102H216" stroke="var(--muted-foreground)" strokeWidth="1.4" strokeDasharray="3 3" />
      <Text x={181} y={97} anchor="middle" size={10} colour="var(--muted-foreground)">
        socket
      </Text>
      <Text x={224} y={91} size={10.5} mono>
        lxc-info
      </Text>
      <Text x={224} y={106} size={10.5} mono>
        lxc-freeze
      </Text>
      <Text x={224} y={121} size={10.5} mono>
        lxc-attach
      </Text>

      <path d="M68 116V206" stroke="var(--foreground)" strokeWidth="1.4" />
      <Text x={76} y={142} size={10.5} colour="var(--muted-foreground)">
        parent of init
      </Text>

      <Dashed y={152} width={332} height={154} />
      <Text x={76} y={169} size={10.5} weight={600} colour={GROUP} mono>
        lxc.payload.web: limits, freezer
      </Text>
      <rect x="14" y="178" width="312" height="118" rx="8" fill={INSIDE} fillOpacity="0.06" stroke={INSIDE} strokeWidth="1.25" />
      <Text x={76} y={196} size={11} weight={600} colour={INSIDE}>
        container web
      </Text>
      {PROCESSES.map(({ name, x }) => (
        <g key={name}>
          <Card x={x} y={206} width={88} height={28} colour="var(--foreground)" />
          <Text x={x + 44} y={224} anchor="middle" size={11} mono>
            {name === "init" ? "1 init" : name}
          </Text>
        </g>
      ))}
      <path d="M112 220H124M212 220H224" stroke="var(--foreground)" strokeWidth="1.2" />
      <Text x={24} y={254} size={10.5} colour="var(--muted-foreground)">
        namespaces of its own
      </Text>
      {NAMESPACES.map((type, index) => (
        <g key={type}>
          <Card x={24 + index * 49} y={261} width={45} height={24} colour={`var(--ns-${type})`} />
          <Text x={24 + index * 49 + 22.5} y={277} anchor="middle" size={10} weight={600} colour={`var(--ns-${type})`} mono>
            {type}
          </Text>
        </g>
      ))}
      <Text x={14} y={330} size={10.5} colour="var(--muted-foreground)">
        shared with the outside
      </Text>
      {(["user", "time"] as const).map((type, index) => (
        <g key={type}>
          <Card x={171 + index * 49} y={314} width={45} height={24} colour={`var(--ns-${type})`} dashed />
          <Text x={193.5 + index * 49} y={330} anchor="middle" size={10} weight={600} colour={`var(--ns-${type})`} mono>
            {type}
          </Text>
        </g>
      ))}
    </Figure>
  );
}

/** A file or folder of the container, as LXC keeps it. */
function File({ x, name }: { x: number; name: string }) {
  return (
    <>
      <Card x={x} y={2} width={98} height={26} colour="var(--ns-mnt)" />
      <Text x={x + 49} y={19} anchor="middle" size={11} mono>
        {name}
      </Text>
    </>
  );
}

/** A control group. */
function Dashed({ y, width, height }: { y: number; width: number; height: number }) {
  return (
    <rect
      x="4"
      y={y}
      width={width}
      height={height}
      rx="8"
      fill={GROUP}
      fillOpacity="0.04"
      stroke={GROUP}
      strokeWidth="1.1"
      strokeDasharray="4 3"
    />
  );
}
