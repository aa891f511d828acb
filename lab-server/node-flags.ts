/**
 * Flags of node for the lab-server's process, wherever it is started (npm start, the systemd unit and the Dockerfile, which a test holds
 * together). Megabytes of the heap's part for young objects, V8's semi-space: by itself it grows to 16, and stays so after every crowd
 * that came at once. With 4 each of 200 idle sandboxes takes 0.18 MB less (docs/performance.md).
 */
export const NODE_FLAGS = ["--max-semi-space-size=4"] as const;
