/** How long this process has worked, whatever else the machine does: what a test of growing costs measures. Waiting does not count. */
export function cpuClock(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
}
