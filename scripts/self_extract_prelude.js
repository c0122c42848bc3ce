// Gives HOME back, which the start text took away from the runtime.
{
  const home = Deno.env.get("AGENT_HOME");
  if (home === undefined) Deno.env.delete("HOME");
  else Deno.env.set("HOME", home);
  Deno.env.delete("AGENT_HOME");
}
