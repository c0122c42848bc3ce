/**
 * Files and folders in memory.
 *
 * @module
 */
import type {
  Bytes,
  Clock,
  FileFacts,
  FilePart,
  Files,
  FolderEntry,
  Lock,
  OpenedFile,
  Owner,
  WriteOptions,
} from "../../src/ports.ts";
import { UnusableFileError } from "../../src/core/errors.ts";

interface Node {
  /** What an inode number is. */
  readonly id: number;
  kind: FileFacts["kind"];
  text: string;
  /** Where a link points to. */
  target: string;
  uid: number;
  gid: number;
  mode: number;
  links: number;
  modifiedAt: number;
}

interface PutOptions {
  /** What an inode number is, when it stays the same. */
  readonly id?: number;
  /** The path with its links resolved, as far as they are followed. */
  readonly real?: string;
}

interface Watcher {
  readonly folders: readonly string[];
  readonly onChange: (paths: readonly string[]) => void;
  readonly pending: Set<string>;
}

/** A file system of absolute paths; new nodes belong to `owner`, and nothing checks permissions. */
export class FakeFiles implements Files {
  readonly #nodes = new Map<string, Node>();
  readonly #held = new Set<string>();
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #watchers = new Set<Watcher>();
  readonly #broken = new Map<string, Error>();
  readonly #unreadable = new Map<string, Error>();
  readonly #clock: Clock;
  #lastId = 0;
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Paths given to `replace` with `isDurable`, in order. */
  readonly durable: string[] = [];
  /** What `release` was asked for, as `path offset`. */
  readonly released: string[] = [];

  constructor(clock: Clock, owner: { readonly uid: number; readonly gid: number }) {
    this.#clock = clock;
    this.owner = owner;
    this.#nodes.set("/", this.#node("folder", 0o755));
    this.#nodes.set("/home/op", this.#node("folder", 0o755));
  }

  read(path: string): string | undefined {
    const node = this.#follow(path);
    if (node) this.#checkReading(path);
    if (node?.kind === "folder") throw new Error("Is a directory (os error 21)");
    // The real one waits for a writer of the pipe, for ever.
    if (node?.kind === "other") throw new Error(`The test would hang: ${path} is no regular file`);
    return node?.text;
  }

  readUnlinked(path: string, maxBytes: number): OpenedFile | undefined {
    const node = this.#nodes.get(this.#resolveParent(path));
    if (!node) return undefined;
    if (node.kind !== "file") {
      throw new UnusableFileError(`Cannot read "${path}": it is a ${node.kind}, expected a regular file`);
    }
    this.#checkReading(path);
    const facts = this.#factsOf(node);
    if (facts.size > maxBytes) {
      throw new RangeError(`Cannot read "${path}": it has ${facts.size} bytes, expected at most ${maxBytes}`);
    }
    return { text: node.text, facts };
  }

  readBytes(path: string, maxBytes: number): Bytes | undefined {
    const text = this.read(path);
    if (text === undefined) return undefined;
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > maxBytes) {
      throw new RangeError(`Cannot read "${path}": it is larger than ${maxBytes} bytes`);
    }
    return bytes;
  }

  setMode(path: string, mode: number): void {
    const node = this.#follow(path);
    if (node) node.mode = mode;
  }

  setOwner(path: string, { uid, gid }: Owner): void {
    const node = this.#follow(path);
    if (node) Object.assign(node, { uid, gid });
  }

  handOver(folder: string, owner: Owner, contents: ReadonlyMap<string, Bytes>): void {
    if (this.facts(folder)) throw new Error(`Cannot make the private folder "${folder}": it is there`);
    if (!this.facts(parentOf(folder))) {
      throw new Error(`Cannot make the private folder "${folder}": no parent`);
    }
    this.makeFolder(folder, 0o700);
    for (const [name, bytes] of contents) {
      this.#put(`${folder}/${name}`, new TextDecoder().decode(bytes), 0o400);
      Object.assign(this.#nodes.get(`${folder}/${name}`)!, { uid: owner.uid, gid: owner.gid });
    }
    Object.assign(this.#nodes.get(folder)!, { uid: owner.uid, gid: owner.gid });
  }

  readFrom(path: string, from: number): FilePart | undefined {
    const node = this.#follow(path);
    if (node?.kind !== "file") return undefined;
    const whole = new TextEncoder().encode(node.text);
    return { bytes: whole.slice(from), size: whole.length, identity: String(node.id) };
  }

  facts(path: string): FileFacts | undefined {
    const node = this.#nodes.get(this.#resolveParent(path));
    return node && this.#factsOf(node);
  }

  realPath(path: string): string | undefined {
    const real = this.#resolve(path);
    return this.#nodes.has(real) ? real : undefined;
  }

  readPart(path: string, offset: number, max: number): Uint8Array | undefined {
    const text = this.read(path);
    return text === undefined ? undefined : new TextEncoder().encode(text).slice(offset, offset + max);
  }

  overwrite(path: string, text: string): void {
    const old = this.#follow(path);
    this.#put(path, text + (old?.text ?? "").slice(text.length), old?.mode ?? 0o600);
  }

  release(path: string, offset: number): void {
    this.released.push(`${path} ${offset}`);
  }

  list(folder: string): readonly FolderEntry[] {
    const prefix = this.#resolve(folder).replace(/\/?$/, "/");
    const entries: FolderEntry[] = [];
    for (const [path, { kind }] of this.#nodes) {
      const name = path.slice(prefix.length);
      if (path.startsWith(prefix) && name !== "" && !name.includes("/")) entries.push({ name, kind });
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  makeFolder(path: string, mode = 0o700): void {
    const real = this.#resolve(path);
    if (this.#nodes.has(real)) return;
    this.#check(real);
    if (real !== "/") this.makeFolder(parentOf(real), mode);
    this.#nodes.set(real, this.#node("folder", mode));
    this.#changed(real);
  }

  async replace(path: string, text: string, options: WriteOptions = {}): Promise<void> {
    await Promise.resolve();
    // A rename takes the place of a link.
    this.#put(path, text, options.mode ?? 0o600, { real: this.#resolveParent(path) });
    this.#unreadable.delete(path);
    if (options.isDurable) this.durable.push(path);
  }

  append(path: string, text: string, mode = 0o640): void {
    const old = this.#follow(path);
    this.#put(path, (old?.text ?? "") + text, old?.mode ?? mode, old && { id: old.id });
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.#resolveParent(from), this.#resolveParent(to)];
    if (!this.#nodes.has(source)) throw new Error(`Cannot rename "${from}": there is no such file`);
    this.#check(target);
    this.#unreadable.delete(from);
    for (const [path, node] of [...this.#nodes]) {
      if (path !== source && !path.startsWith(`${source}/`)) continue;
      this.#nodes.delete(path);
      this.#nodes.set(target + path.slice(source.length), node);
    }
    this.#changed(source);
    this.#changed(target);
  }

  remove(path: string): boolean {
    const real = this.#resolveParent(path);
    if (!this.#nodes.has(real)) return false;
    this.#check(real);
    for (const other of [...this.#nodes.keys()]) {
      if (other === real || other.startsWith(`${real}/`)) this.#nodes.delete(other);
    }
    this.#changed(real);
    return true;
  }

  touch(path: string, at: number): void {
    const node = this.#follow(path);
    if (node) node.modifiedAt = at;
  }

  async lock(path: string, waitMs: number): Promise<Lock | undefined> {
    const deadline = this.#clock.monotonic() + waitMs;
    for (;;) {
      const lock = this.tryLock(path);
      const left = deadline - this.#clock.monotonic();
      if (lock || left <= 0) return lock;
      await this.#released(path, left);
    }
  }

  tryLock(path: string): Lock | undefined {
    if (!this.#follow(path)) this.#put(path, "", 0o600);
    if (this.#held.has(path)) return undefined;
    this.#held.add(path);
    return { release: () => this.#release(path) };
  }

  watch(folders: readonly string[], onChange: (paths: readonly string[]) => void): Disposable {
    const watcher: Watcher = { folders, onChange, pending: new Set() };
    this.#watchers.add(watcher);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }

  // What a test does to the file system, from outside of the agent.

  /** Writes a file with facts of one's own; folders on the way are 0755 and belong to the owner. */
  put(
    path: string,
    text: string,
    facts: Partial<Pick<Node, "uid" | "gid" | "mode" | "modifiedAt">> = {},
  ): void {
    this.makeFolder(parentOf(path), 0o755);
    this.#put(path, text, facts.mode ?? 0o600);
    this.change(path, facts);
  }

  /** Changes the facts of what is there. */
  change(
    path: string,
    facts: Partial<Pick<Node, "uid" | "gid" | "mode" | "links" | "modifiedAt" | "kind">>,
  ): void {
    const node = this.#nodes.get(path);
    if (!node) throw new Error(`Cannot change "${path}": there is no such file`);
    Object.assign(node, facts);
  }

  link(path: string, target: string): void {
    this.makeFolder(parentOf(path), 0o755);
    this.#nodes.set(path, { ...this.#node("link", 0o777), target });
    this.#changed(path);
  }

  /** Makes every later write to the path, or below it, fail. */
  breakAt(path: string, error: Error): void {
    this.#broken.set(path, error);
  }

  /** Makes every later reading of this very path fail, as when the rights do not suffice. */
  denyReading(
    path: string,
    error: Error = new UnusableFileError(`Cannot read "${path}": permission denied`),
  ): void {
    this.#unreadable.set(path, error);
  }

  /** Puts something there that is no file: a folder with a file in it, or a pipe. */
  putKind(path: string, kind: "folder" | "other"): void {
    this.makeFolder(parentOf(path), 0o755);
    this.#nodes.set(path, this.#node(kind, 0o600));
    if (kind === "folder") this.put(`${path}/inside`, "");
  }

  /** Paths of all files, sorted. */
  get paths(): string[] {
    return [...this.#nodes].filter(([, node]) => node.kind === "file").map(([path]) => path).sort();
  }

  /** Locks held at this instant. */
  get locked(): string[] {
    return [...this.#held].sort();
  }

  #node(kind: Node["kind"], mode: number): Node {
    const id = ++this.#lastId;
    return { id, kind, text: "", target: "", ...this.owner, mode, links: 1, modifiedAt: this.#clock.now() };
  }

  #put(path: string, text: string, mode: number, { id, real = this.#resolve(path) }: PutOptions = {}): void {
    this.#check(real);
    if (this.#nodes.get(real)?.kind === "folder") throw new Error(`Cannot write "${path}": it is a folder`);
    this.makeFolder(parentOf(real));
    const node = this.#node("file", mode);
    this.#nodes.set(real, { ...node, text, id: id ?? node.id });
    this.#changed(real);
  }

  #factsOf({ kind, uid, gid, mode, links, modifiedAt, text }: Node): FileFacts {
    return { kind, uid, gid, mode, links, size: new TextEncoder().encode(text).length, modifiedAt };
  }

  #follow(path: string): Node | undefined {
    return this.#nodes.get(this.#resolve(path));
  }

  /** The path with every link in it resolved; what it names need not be there. */
  #resolve(path: string, depth = 0): string {
    const parent = this.#resolveParent(path, depth);
    const node = this.#nodes.get(parent);
    if (node?.kind !== "link" || depth > 20) return parent;
    const target = node.target.startsWith("/") ? node.target : `${parentOf(parent)}/${node.target}`;
    return this.#resolve(target, depth + 1);
  }

  #resolveParent(path: string, depth = 0): string {
    const clean = normalize(path);
    if (clean === "/") return clean;
    const parent = parentOf(clean);
    const real = parent === "/" ? "" : this.#resolve(parent, depth);
    return real.replace(/\/$/, "") + clean.slice(clean.lastIndexOf("/"));
  }

  #checkReading(path: string): void {
    const error = this.#unreadable.get(path);
    if (error) throw error;
  }

  #check(path: string): void {
    for (const [broken, error] of this.#broken) {
      if (path === broken || path.startsWith(`${broken}/`)) throw error;
    }
  }

  async #released(path: string, ms: number): Promise<void> {
    const woken = new AbortController();
    const waiting = this.#waiting.get(path) ?? [];
    this.#waiting.set(path, [...waiting, () => woken.abort()]);
    await this.#clock.sleep(ms, woken.signal);
  }

  #release(path: string): void {
    this.#held.delete(path);
    const waiting = this.#waiting.get(path) ?? [];
    this.#waiting.delete(path);
    for (const wake of waiting) wake();
  }

  #changed(path: string): void {
    for (const watcher of this.#watchers) {
      if (!watcher.folders.some((folder) => path === folder || path.startsWith(`${folder}/`))) continue;
      if (watcher.pending.size === 0) queueMicrotask(() => this.#tell(watcher));
      watcher.pending.add(path);
    }
  }

  #tell(watcher: Watcher): void {
    const paths = [...watcher.pending];
    watcher.pending.clear();
    if (this.#watchers.has(watcher)) watcher.onChange(paths);
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Takes `.`, `..` and doubled slashes out of a path; the current folder is `/home/op`. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `/home/op/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
