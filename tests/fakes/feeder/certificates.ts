/**
 * Certificates for loopback, made by openssl.
 *
 * @module
 */

/** An authority of its own, and a server certificate from it. */
export interface Certificates {
  /** The file of the authority's certificate. */
  readonly caFile: string;
  readonly tls: { readonly cert: string; readonly key: string };
}

export interface CertificateOptions {
  /** Whom the server says to be. */
  readonly name?: string;
  /** Whether both certificates are over; made in the past, by faketime. */
  readonly isExpired?: boolean;
}

/** Makes an authority and a server certificate in the folder; throws where openssl cannot. */
export function makeCertificates(
  folder: string,
  { name = "IP:127.0.0.1", isExpired = false }: CertificateOptions = {},
): Certificates {
  Deno.mkdirSync(folder, { recursive: true });
  const at = (file: string) => `${folder}/${file}`;
  const key = ["-newkey", "rsa:2048", "-nodes"];
  const run = (...args: string[]) => openssl(isExpired, args);
  const ca = ["-keyout", at("ca.key"), "-out", at("ca.pem")];
  run("req", "-x509", ...key, ...ca, "-days", "2", "-subj", "/CN=test ca");
  run("req", ...key, "-keyout", at("server.key"), "-out", at("server.csr"), "-subj", "/CN=collector");
  Deno.writeTextFileSync(at("server.ext"), `subjectAltName=${name}\nbasicConstraints=CA:FALSE\n`);
  run(
    ...["x509", "-req", "-in", at("server.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key")],
    ...["-CAcreateserial", "-out", at("server.pem"), "-extfile", at("server.ext"), "-days", "2"],
  );
  return {
    caFile: at("ca.pem"),
    tls: { cert: Deno.readTextFileSync(at("server.pem")), key: Deno.readTextFileSync(at("server.key")) },
  };
}

function openssl(isLongAgo: boolean, args: readonly string[]): void {
  const past = isLongAgo ? ["faketime", "2020-01-01 00:00:00"] : [];
  const [program = "", ...rest] = [...past, "openssl", ...args];
  const { success, stderr } = new Deno.Command(program, { args: rest }).outputSync();
  if (!success) throw new Error(`openssl ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
