/**
 * Signals sent to the agent.
 *
 * @module
 */
import type { Signals, StopSignal } from "../ports.ts";

/** Makes the signals of this process. */
export function createSignals(): Signals {
  return { on };
}

function on(signals: readonly StopSignal[], onSignal: (signal: StopSignal) => void): Disposable {
  const listeners = signals.map((signal) => [signal, () => onSignal(signal)] as const);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}
