import type { SystemReport } from "../../core/asset/body.ts";
import { escapeCell } from "../../core/text/escape.ts";
import { formatTable } from "../../core/text/table.ts";

type Body = SystemReport["body"];
type Line = readonly [what: string, value: string, source: string];

const COLUMNS = [{ title: "property" }, { title: "value" }, { title: "source" }];

/** Shows a body to people: every property, each part of the machine, addresses and adapters; the rest is counted. */
export function systemText(body: Body): string {
  const lines = [
    ...propertyLines(body),
    ...hardwareLines(body),
    ...lanLines(body),
    ...sanLines(body),
    ...counts(body),
  ];
  return formatTable(COLUMNS, lines.map((line) => line.map((cell) => escapeCell(cell) || "-")));
}

function propertyLines({ properties = {} }: Body): Line[] {
  return Object.entries(properties).map(([name, { value, source, error }]) => [
    name,
    error === undefined ? String(value) : `${value} (${error})`,
    source,
  ]);
}

function hardwareLines({ hardware = [] }: Body): Line[] {
  return hardware.map(({ type, path, class: kind, description }) => [
    `${type} ${path}`,
    `${kind}: ${description}`,
    "probe",
  ]);
}

function lanLines({ lan = {} }: Body): Line[] {
  return Object.entries(lan).flatMap(([mac, addresses]) =>
    addresses.map(({ intf, addr, mask, flag_deprecated }): Line => [
      `lan ${intf}`,
      `${addr}/${mask}${mac === "" ? "" : ` ${mac}`}${flag_deprecated ? " deprecated" : ""}`,
      "probe",
    ])
  );
}

function sanLines({ hba = [], targets = [] }: Body): Line[] {
  return hba.map(({ hba_id, hba_type }) => {
    const seen = targets.filter((target) => target.hba_id === hba_id).map(({ tgt_id }) => tgt_id);
    return [`hba ${hba_type}`, [hba_id, ...seen].join(" "), "probe"];
  });
}

function counts(body: Body): Line[] {
  return (["uids", "gids", "package"] as const).flatMap((section): Line[] => {
    const list = body[section];
    return list === undefined ? [] : [[section, String(list.length), "probe"]];
  });
}
