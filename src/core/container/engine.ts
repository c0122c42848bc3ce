/** The engines whose command line the agent speaks; for what it uses, they are the same. */
export const ENGINES = ["docker", "podman"] as const;

export type Engine = typeof ENGINES[number];

/** Gives the engine of a driver such as `task.docker`; undefined for a driver without one. */
export function engineOf(driver: string): Engine | undefined {
  const type = driver.slice(driver.indexOf(".") + 1);
  return ENGINES.find((engine) => engine === type);
}
