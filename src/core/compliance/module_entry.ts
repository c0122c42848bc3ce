/** An entry of the folder of modules, such as `S10-sshd`. */
export interface ModuleEntry {
  readonly entry: string;
  /** Its leading digits: lower ones come first. */
  readonly order: number;
  readonly name: string;
}

const ENTRY_REGEXP = /^S*(?<digits>\d+)(?:-+(?=[^-])|(?=[^\d-]))(?<name>.+)$/;
const NAME_REGEXP = /^[^\s/\p{Cc}]{1,200}$/u;

/** Takes an entry apart, with as many digits as there are; undefined for one that is no module. */
export function readModuleEntry(entry: string): ModuleEntry | undefined {
  const { digits, name } = ENTRY_REGEXP.exec(entry)?.groups ?? {};
  return digits === undefined || name === undefined ? undefined : { entry, order: Number(digits), name };
}

/** Whether an entry is the module of that name: a name that begins with digits leaves some of them to the order. */
export function isEntryOf(entry: string, name: string): boolean {
  if (!entry.endsWith(name)) return false;
  return /^S*\d+-*$/.test(entry.slice(0, entry.length - name.length));
}

/** The order of the entry of a module whose name is known. */
export function orderOf(entry: string, name: string): number {
  return Number(/\d+/.exec(entry.slice(0, entry.length - name.length))?.[0] ?? 0);
}

/** Whether a text can be the name of a module, a moduleset or a ruleset: no blank, no slash, not too long. */
export function isComplianceName(text: string): boolean {
  return NAME_REGEXP.test(text);
}
