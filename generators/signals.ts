const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Until the function that it returns is called, a Ctrl-C cleans up, says so and ends with 130. */
export function stopOnSignals(message: string, cleanUp: () => void = () => {}): () => void {
  const stop = () => {
    cleanUp()
    // A prompt may have hidden the cursor.
    if (process.stdout.isTTY) process.stdout.write('\u001b[?25h')
    console.error(message)
    process.exit(130)
  }
  for (const signal of signals) process.prependListener(signal, stop)
  return () => {
    for (const signal of signals) process.removeListener(signal, stop)
  }
}
