import { flushCompileCache } from 'node:module'

// Loaded into a server of Node beside its own code: it says what the process has used, when its parent asks.
process.on('message', (question) => {
  // It is killed in the end, and would leave no cache of its code.
  if (question === 'keep code') flushCompileCache()
  if (question !== 'usage') return
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuUs: user + system, memoryBytes: process.memoryUsage.rss() })
})
// The listener alone would keep a process that is about to end.
process.channel?.unref()
