/**
 * Flags of node for the lab-server's process, wherever it is started (npm start, the systemd unit and the Dockerfile, which a test holds
 * together).
 *
 * Megabytes of the heap's part for young objects, V8's semi-space: by itself it grows to 16, and stays so after every crowd that came at once.
 * With 4 each of 200 idle sandboxes takes 0.18 MB less.
 *
 * The whole heap is collected when it has grown by this percentage. By itself V8 collects after some 10 MB, and terminals' output counts:
 * beside a flood that was three times a second, 3 to 20 ms each, in which no key was echoed (docs/performance.md).
 */
export const NODE_FLAGS = ["--max-semi-space-size=4", "--heap-growing-percent=200"] as const;
