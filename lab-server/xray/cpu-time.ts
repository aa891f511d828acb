/** Milliseconds of CPU time that the calling thread has taken. */
export function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
