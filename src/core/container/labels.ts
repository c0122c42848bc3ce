/** What is written on a container, for whoever finds it: whose it is. */
export function containerLabels(path: string, rid: string): Record<string, string> {
  return { "com.opensvc.path": path, "com.opensvc.rid": rid };
}
