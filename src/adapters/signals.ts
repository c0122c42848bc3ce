/**
 * Signals sent to the agent.
 *
 * @module
 */
import type { HeardSignal, Signals } from "../ports.ts";

/** Makes the signals of this process. */
export function createSignals(): Signals {
  return { on };
}

function on<Name extends HeardSignal>(
  signals: readonly Name[],
  onSignal: (signal: Name) => void,
): Disposable {
  const listeners = signals.map((signal) => [signal, () => onSignal(signal)] as const);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}
