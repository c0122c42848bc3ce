/** What the place of a crontab says about it. */
export interface CrontabPlace {
  /** Whether its lines have a user column. */
  readonly isSystem: boolean;
  /** The owner of a user crontab, where its name is that of the file. */
  readonly owner: string | undefined;
}

/** Tells a system crontab (`/etc/crontab`, `/etc/cron.d/…`) from that of a user (`/var/spool/cron/crontabs/joe`). */
export function crontabPlace(path: string): CrontabPlace {
  const owner = /(?:^|\/)spool\/cron\/(?:crontabs\/|tabs\/)?([^/]+)$/.exec(path)?.[1];
  return { isSystem: /(?:^|\/)(?:etc\/crontab|cron\.d\/[^/]+)$/.test(path), owner };
}
